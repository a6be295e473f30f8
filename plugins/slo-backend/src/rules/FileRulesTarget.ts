import { readFile } from 'fs/promises';
import { join } from 'path';
import { ServiceUnavailableError } from '@backstage/errors';
import { Environment } from '@shopfloor/plugin-environments-common';
import { PrometheusClients } from '../evaluation/PrometheusClients';
import { evaluatedVersions } from './evaluatedVersions';
import { EnvironmentRules, RulesTarget } from './RulesTarget';
import { writeAtomically } from './writeAtomically';

const RELOAD_DEADLINE_MILLISECONDS = 10_000;

/** What {@link FileRulesTarget} needs. */
export interface FileRulesTargetOptions {
  /** A folder of which Prometheus reads `*.rules.yaml`, absolute. */
  directory: string;
  clients: PrometheusClients;
}

/**
 * Writes one file for each environment into a folder that Prometheus reads, and asks it to read its files again
 * (`/-/reload`, which wants `--web.enable-lifecycle`).
 */
export class FileRulesTarget implements RulesTarget {
  readonly #options: FileRulesTargetOptions;

  constructor(options: FileRulesTargetOptions) {
    this.#options = options;
  }

  async isCurrent(rules: EnvironmentRules): Promise<boolean> {
    const { environment, version, content } = rules;
    const written = await readFile(this.#path(environment.name), 'utf8').catch(
      () => undefined,
    );
    if (written !== content) {
      return false;
    }
    return (await this.#evaluated(environment)).includes(version);
  }

  async isEvaluated(environment: Environment): Promise<boolean> {
    return (await this.#evaluated(environment)).length > 0;
  }

  async apply(rules: EnvironmentRules): Promise<void> {
    const { environment, content } = rules;
    await writeAtomically(this.#path(environment.name), content);
    const url = `${environment.prometheus.url}/-/reload`;
    let response: Response;
    try {
      response = await fetch(url, {
        method: 'POST',
        signal: AbortSignal.timeout(RELOAD_DEADLINE_MILLISECONDS),
      });
    } catch (error) {
      throw new ServiceUnavailableError(
        `Prometheus of ${environment.name} does not answer`,
        error,
      );
    }
    const answer = await response.text();
    if (!response.ok) {
      throw new ServiceUnavailableError(
        `Prometheus of ${environment.name} does not read its rules again (${response.status}): ${answer
          .trim()
          .slice(0, 500)}`,
      );
    }
  }

  #evaluated(environment: Environment) {
    return evaluatedVersions(this.#options.clients, environment);
  }

  #path(environment: string): string {
    return join(this.#options.directory, `slo-${environment}.rules.yaml`);
  }
}

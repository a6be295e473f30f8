import { randomUUID } from 'crypto';
import { mkdir, open, readFile, rename, rm } from 'fs/promises';
import { join } from 'path';
import { assertError, ServiceUnavailableError } from '@backstage/errors';
import { Environment } from '@shopfloor/plugin-environments-common';
import { SLO_RULES_SERIES } from '@shopfloor/plugin-slo-common';
import { PrometheusClients } from '../evaluation/PrometheusClients';
import { EnvironmentRules, RulesTarget } from './RulesTarget';

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
    const evaluated = await this.#evaluated(environment);
    return evaluated.some(({ labels }) => labels.version === version);
  }

  async isEvaluated(environment: Environment): Promise<boolean> {
    return (await this.#evaluated(environment)).length > 0;
  }

  async apply(rules: EnvironmentRules): Promise<void> {
    const { environment, content } = rules;
    await this.#write(this.#path(environment.name), content);
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
    return this.#options.clients
      .of(environment)
      .query(
        `${SLO_RULES_SERIES}{environment=${JSON.stringify(environment.name)}}`,
      );
  }

  #path(environment: string): string {
    return join(this.#options.directory, `slo-${environment}.rules.yaml`);
  }

  /** In place at once or not at all: another file first, then its name. */
  async #write(path: string, content: string): Promise<void> {
    await mkdir(this.#options.directory, { recursive: true });
    const temporary = `${path}.${randomUUID()}.tmp`;
    try {
      const file = await open(temporary, 'wx');
      try {
        await file.writeFile(content);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true });
      assertError(error);
      throw error;
    }
  }
}

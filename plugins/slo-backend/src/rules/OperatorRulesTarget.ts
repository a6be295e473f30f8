import { readFile } from 'fs/promises';
import { join } from 'path';
import { ServiceUnavailableError } from '@backstage/errors';
import { Environment } from '@shopfloor/plugin-environments-common';
import {
  formatPrometheusRules,
  OperatorObjects,
} from '@shopfloor/plugin-slo-common';
import { PrometheusClients } from '../evaluation/PrometheusClients';
import { evaluatedVersions } from './evaluatedVersions';
import { EnvironmentRules, RulesTarget } from './RulesTarget';
import { writeAtomically } from './writeAtomically';

/** What {@link OperatorRulesTarget} needs. */
export interface OperatorRulesTargetOptions extends OperatorObjects {
  /** Absolute. */
  directory: string;
  clients: PrometheusClients;
}

/**
 * Writes one file of `PrometheusRule` objects for each environment, for a Prometheus Operator. The portal may not write to
 * the cluster: whoever delivers there (GitOps, or `kubectl apply`) takes the files, the operator does the rest. Until
 * Prometheus evaluates this version the rules are not in force, and the log says so.
 */
export class OperatorRulesTarget implements RulesTarget {
  readonly #options: OperatorRulesTargetOptions;

  static create(options: OperatorRulesTargetOptions): OperatorRulesTarget {
    return new OperatorRulesTarget(options);
  }

  private constructor(options: OperatorRulesTargetOptions) {
    this.#options = options;
  }

  async isCurrent(rules: EnvironmentRules): Promise<boolean> {
    const { environment, version } = rules;
    const versions = await this.#evaluated(environment);
    return versions.includes(version) && (await this.#isWritten(rules));
  }

  async isEvaluated(environment: Environment): Promise<boolean> {
    return (await this.#evaluated(environment)).length > 0;
  }

  async apply(rules: EnvironmentRules): Promise<void> {
    const { environment, version } = rules;
    if (await this.#isWritten(rules)) {
      const versions = await this.#evaluated(environment);
      throw new ServiceUnavailableError(
        `${this.#path(environment)} waits to be applied to the cluster: Prometheus evaluates ${
          versions.length > 0 ? `version ${versions.join(', ')}` : 'none'
        }, and not ${version}`,
      );
    }
    await writeAtomically(this.#path(environment), this.#manifests(rules));
  }

  async #isWritten(rules: EnvironmentRules): Promise<boolean> {
    const written = await readFile(this.#path(rules.environment), 'utf8').catch(
      () => undefined,
    );
    return written === this.#manifests(rules);
  }

  #manifests({ environment, file }: EnvironmentRules): string {
    return formatPrometheusRules({
      ...this.#options,
      environment: environment.name,
      file,
    });
  }

  #evaluated(environment: Environment) {
    return evaluatedVersions(this.#options.clients, environment);
  }

  #path({ name }: Environment): string {
    return join(this.#options.directory, `slo-${name}.prometheusrules.yaml`);
  }
}

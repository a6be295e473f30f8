import { createHash } from 'crypto';
import { LoggerService } from '@backstage/backend-plugin-api';
import { assertError, isError } from '@backstage/errors';
import { Environment } from '@shopfloor/plugin-environments-common';
import {
  EnvironmentsService,
  PrometheusClient,
} from '@shopfloor/plugin-environments-node';
import {
  formatRules,
  generateRules,
  RuleFile,
  RuleSubject,
  SLO_RULES_SERIES,
  sloSelectors,
} from '@shopfloor/plugin-slo-common';
import { PrometheusClients } from '../evaluation/PrometheusClients';
import { SloStore, StoredSlo } from '../store/SloStore';
import { EnvironmentRules, RulesTarget } from './RulesTarget';
import { Runbooks } from './Runbooks';

const DAY_MILLISECONDS = 86_400_000;

/** What {@link SloRules} needs. */
export interface SloRulesOptions {
  environments: EnvironmentsService;
  clients: PrometheusClients;
  store: SloStore;
  target: RulesTarget;
  /** Where the runbook of an SLO is that names none; absent: nowhere. */
  runbooks?: Runbooks;
  logger: LoggerService;
  /** The time now; for tests. */
  now?: () => Date;
}

/** Keeps the Prometheus of each environment evaluating the rules of its SLOs. */
export class SloRules {
  readonly #options: SloRulesOptions;
  readonly #now: () => Date;
  /** Selectors that a Prometheus has taken, by address; asked once for each process. */
  readonly #taken = new Set<string>();

  constructor(options: SloRulesOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => new Date());
  }

  /** One round over all environments. One that fails never hinders another one; the next round tries again. */
  async run(signal?: AbortSignal): Promise<void> {
    const { environments, store, target, logger } = this.#options;
    const slos = await this.#withRunbooks(await store.listSlos());
    for (const environment of environments.list()) {
      signal?.throwIfAborted();
      try {
        const { rules, recorded } = await this.#rules(
          environment,
          slos.filter(slo => slo.environment === environment.name),
        );
        if (await target.isCurrent(rules)) {
          await this.#markRecorded(environment, recorded);
        } else {
          if (!(await target.isEvaluated(environment))) {
            // Nothing is recorded at the moment, so that whatever was has a hole from here on.
            await this.#markRecorded(environment, []);
          }
          await target.apply(rules);
          logger.info(
            `Rules of the SLOs in ${environment.name} were written, version ${rules.version}`,
          );
        }
      } catch (error) {
        assertError(error);
        logger.warn(
          `Rules of the SLOs in ${environment.name} are not in force: ${error.message}`,
        );
      }
    }
  }

  async #withRunbooks(slos: StoredSlo[]): Promise<StoredSlo[]> {
    const { runbooks } = this.#options;
    const without = slos.filter(({ definition }) => !definition.runbook);
    const found = await runbooks?.of(without.map(({ entityRef }) => entityRef));
    return slos.map(slo => {
      const runbook = slo.definition.runbook ?? found?.get(slo.entityRef);
      return runbook
        ? { ...slo, definition: { ...slo.definition, runbook } }
        : slo;
    });
  }

  async #markRecorded(
    environment: Environment,
    recorded: StoredSlo[],
  ): Promise<void> {
    await this.#options.store.markRecorded({
      environment: environment.name,
      slos: recorded,
      now: this.#now(),
    });
  }

  /** The rules, and which SLOs they record. */
  async #rules(
    environment: Environment,
    slos: StoredSlo[],
  ): Promise<{ rules: EnvironmentRules; recorded: StoredSlo[] }> {
    const client = this.#options.clients.of(environment);
    const subjects: RuleSubject[] = [];
    for (const slo of [...slos].sort((a, b) => (a.id < b.id ? -1 : 1))) {
      if (await this.#isTaken(environment, client, slo)) {
        subjects.push({
          id: slo.id,
          entityRef: slo.entityRef,
          owner: slo.owner,
          environment: slo.environment,
          definition: slo.definition,
        });
      }
    }
    const { file } = generateRules({
      subjects,
      intervalSeconds: environment.prometheus.evaluationIntervalSeconds,
      now: startOfDay(this.#now()),
    });
    const version = createHash('sha256')
      .update(formatRules(file))
      .digest('hex')
      .slice(0, 16);
    const complete: RuleFile = {
      groups: [
        {
          name: `slo-rules:${environment.name}`,
          interval: `${environment.prometheus.evaluationIntervalSeconds}s`,
          rules: [
            {
              record: SLO_RULES_SERIES,
              expr: 'vector(1)',
              labels: { environment: environment.name, version },
            },
          ],
        },
        ...file.groups,
      ],
    };
    const groups = new Set(file.groups.map(({ name }) => name));
    return {
      rules: {
        environment,
        version,
        file: complete,
        content: formatRules(complete),
      },
      recorded: slos.filter(({ id }) => groups.has(`${id}:rates`)),
    };
  }

  /**
   * Prometheus refuses all of its rules for one that it cannot parse, and our parser of selectors leaves its regular
   * expressions to it. So each selector is tried before it becomes a rule.
   */
  async #isTaken(
    environment: Environment,
    client: PrometheusClient,
    slo: StoredSlo,
  ): Promise<boolean> {
    for (const selector of sloSelectors(slo.definition)) {
      const key = `${environment.prometheus.url} ${selector}`;
      if (!this.#taken.has(key)) {
        try {
          await client.query(`absent(${selector})`);
        } catch (error) {
          if (isError(error) && error.name === 'InputError') {
            this.#options.logger.warn(
              `SLO ${slo.id} gets no rules, since Prometheus refuses ${selector}: ${error.message}`,
            );
            return false;
          }
          throw error;
        }
        this.#taken.add(key);
      }
    }
    return true;
  }
}

/** Maintenance is written for weeks ahead from here, so that the rules change once a day and not with every round. */
function startOfDay(now: Date): Date {
  return new Date(
    Math.floor(now.getTime() / DAY_MILLISECONDS) * DAY_MILLISECONDS,
  );
}

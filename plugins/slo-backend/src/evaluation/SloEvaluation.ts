import { LoggerService } from '@backstage/backend-plugin-api';
import { assertError } from '@backstage/errors';
import {
  EnvironmentsService,
  limitConcurrency,
} from '@shopfloor/plugin-environments-node';
import { EvaluationFailure } from '@shopfloor/plugin-slo-common';
import { SloStore, StoredSlo } from '../store/SloStore';
import { measure } from './measure';
import { PrometheusClients } from './PrometheusClients';

/** After this many SLOs of an environment in a row without an answer, the rest of the round does not ask. */
const MAX_FAILURES_IN_A_ROW = 3;

const FAILURE_CODES: Record<string, EvaluationFailure['code'] | undefined> = {
  ServiceUnavailableError: 'prometheus-unavailable',
  NotFoundError: 'no-data',
  InputError: 'query-refused',
};

/** What {@link SloEvaluation} needs. */
export interface SloEvaluationOptions {
  environments: EnvironmentsService;
  clients: PrometheusClients;
  store: SloStore;
  logger: LoggerService;
  /** How many SLOs are evaluated at once. */
  maxConcurrency: number;
  /** How long one round may take. */
  deadlineSeconds: number;
  /** The time now; for tests. */
  now?: () => Date;
}

type Outage = { failuresInARow: number; message: string };

/** Evaluates every SLO and writes what was measured, or why it could not be. */
export class SloEvaluation {
  readonly #options: SloEvaluationOptions;
  readonly #now: () => Date;

  constructor(options: SloEvaluationOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => new Date());
  }

  /** One round over all SLOs. */
  async run(signal?: AbortSignal): Promise<void> {
    const { store, maxConcurrency, deadlineSeconds, logger } = this.#options;
    const deadline = AbortSignal.timeout(deadlineSeconds * 1000);
    const bounded = signal ? AbortSignal.any([signal, deadline]) : deadline;
    const limit = limitConcurrency(maxConcurrency);
    const outages = new Map<string, Outage>();
    const slos = (await store.listSlos()).filter(
      ({ definition }) => definition.evaluable,
    );
    await Promise.all(
      slos.map(slo =>
        limit(async () => {
          try {
            await this.#evaluate(slo, outages, bounded);
          } catch (error) {
            // For example an SLO that was deleted meanwhile.
            logger.warn(`SLO ${slo.id} was not evaluated`, error as Error);
          }
        }),
      ),
    );
  }

  async #evaluate(
    slo: StoredSlo,
    outages: Map<string, Outage>,
    signal: AbortSignal,
  ): Promise<void> {
    const { environments, clients, store } = this.#options;
    const { indicator, timeWindow } = slo.definition;
    if (!indicator || timeWindow.kind !== 'rolling' || signal.aborted) {
      return;
    }
    const environment = environments
      .list()
      .find(({ name }) => name === slo.environment);
    if (!environment) {
      await this.#fail(
        slo,
        'environment-unknown',
        `There is no environment "${slo.environment}" any more`,
      );
      return;
    }
    const outage = outages.get(environment.name) ?? {
      failuresInARow: 0,
      message: '',
    };
    outages.set(environment.name, outage);
    if (outage.failuresInARow >= MAX_FAILURES_IN_A_ROW) {
      await this.#fail(slo, 'prometheus-unavailable', outage.message);
      return;
    }
    try {
      const measurement = await measure({
        indicator,
        windowSeconds: timeWindow.durationSeconds,
        environment,
        client: clients.of(environment),
        signal,
      });
      outage.failuresInARow = 0;
      await store.saveMeasurement(slo.id, measurement);
    } catch (error) {
      assertError(error);
      if (signal.aborted) {
        return;
      }
      const code = FAILURE_CODES[error.name];
      if (!code) {
        throw error;
      }
      if (code === 'prometheus-unavailable') {
        outage.failuresInARow += 1;
        outage.message = error.message;
      } else {
        outage.failuresInARow = 0;
      }
      await this.#fail(slo, code, error.message);
    }
  }

  async #fail(
    slo: StoredSlo,
    code: EvaluationFailure['code'],
    message: string,
  ): Promise<void> {
    await this.#options.store.saveFailure(slo.id, {
      code,
      message,
      at: this.#now(),
    });
  }
}

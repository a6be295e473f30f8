import { LoggerService } from '@backstage/backend-plugin-api';
import { assertError } from '@backstage/errors';
import { EnvironmentsService } from '@shopfloor/plugin-environments-node';
import { EvaluationFailure } from '@shopfloor/plugin-slo-common';
import { SavedFailure, SloStore, StoredSlo } from '../store/SloStore';
import { EnvironmentRound } from './EnvironmentRound';
import { PrometheusClients } from './PrometheusClients';

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
  /** How many queries of an environment run at once. */
  maxConcurrency: number;
  /** How long one round may take. */
  deadlineSeconds: number;
  /** The time now; for tests. */
  now?: () => Date;
}

/** Evaluates every SLO and writes what was measured, or why it could not be. */
export class SloEvaluation {
  readonly #options: SloEvaluationOptions;
  readonly #now: () => Date;

  constructor(options: SloEvaluationOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => new Date());
  }

  /** One round over all SLOs. What the deadline cuts off is first in the next round. */
  async run(signal?: AbortSignal): Promise<void> {
    const { store, environments, clients, deadlineSeconds, logger } =
      this.#options;
    const deadline = AbortSignal.timeout(deadlineSeconds * 1000);
    const bounded = signal ? AbortSignal.any([signal, deadline]) : deadline;
    const slos = (await store.listSlos()).filter(
      ({ definition }) => definition.evaluable,
    );
    const known = environments.list();
    const failures: SavedFailure[] = slos
      .filter(slo => !known.some(({ name }) => name === slo.environment))
      .map(slo => ({
        id: slo.id,
        code: 'environment-unknown',
        message: `There is no environment "${slo.environment}" any more`,
        at: this.#now(),
      }));
    await Promise.all(
      known.map(async environment => {
        try {
          await EnvironmentRound.create({
            environment,
            slos: slos.filter(slo => slo.environment === environment.name),
            client: clients.of(environment),
            now: this.#now(),
            maxConcurrency: this.#options.maxConcurrency,
            signal: bounded,
            save: measured => store.saveMeasurements(measured),
            fail: (slo, error) => {
              failures.push(...this.#failure(slo, error, bounded));
            },
          }).run();
        } catch (error) {
          assertError(error);
          logger.warn(
            bounded.aborted
              ? `The SLOs in ${environment.name} were not all evaluated within ${deadlineSeconds} s; the rest comes first in the next round`
              : `The SLOs in ${environment.name} were not all evaluated: ${error.message}`,
          );
        }
      }),
    );
    await store.saveFailures(failures);
  }

  /** What to write; nothing when it was cut off, which says nothing of the SLO. */
  #failure(slo: StoredSlo, error: Error, signal: AbortSignal): SavedFailure[] {
    const code = FAILURE_CODES[error.name];
    if (code) {
      return [{ id: slo.id, code, message: error.message, at: this.#now() }];
    }
    if (!signal.aborted) {
      this.#options.logger.warn(`SLO ${slo.id} was not evaluated`, error);
    }
    return [];
  }
}

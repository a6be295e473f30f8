import { InputError, NotFoundError } from '@backstage/errors';
import { Environment } from '@shopfloor/plugin-environments-common';
import { EnvironmentsService } from '@shopfloor/plugin-environments-node';
import { HistoryRange, SloSummary } from '@shopfloor/plugin-slo-common';
import { PrometheusClients } from '../evaluation/PrometheusClients';
import { SloRequest, SloService } from '../service/SloService';
import { SloStore, StoredSlo } from '../store/SloStore';
import { SloAnalysisService } from './SloAnalysisService';
import { askWhatIf } from './whatIf';

/** What {@link DefaultSloAnalysisService} needs. */
export interface DefaultSloAnalysisServiceOptions {
  /** The guarded service: it says what a person may see. */
  slos: SloService;
  store: SloStore;
  environments: EnvironmentsService;
  clients: PrometheusClients;
  /** The time now; for tests. */
  now?: () => Date;
}

/** {@link SloAnalysisService} over the guarded {@link SloService}: what that does not show is not looked at. */
export class DefaultSloAnalysisService implements SloAnalysisService {
  readonly #options: DefaultSloAnalysisServiceOptions;
  readonly #now: () => Date;

  static create(
    options: DefaultSloAnalysisServiceOptions,
  ): DefaultSloAnalysisService {
    return new DefaultSloAnalysisService(options);
  }

  private constructor(options: DefaultSloAnalysisServiceOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => new Date());
  }

  async whatIf(
    options: {
      id: string;
      target: number;
      range: HistoryRange;
      objective: number;
    },
    request: SloRequest,
  ) {
    const { slo, summary } = await this.#find(options.id, request);
    const environment = this.#environment(slo);
    return askWhatIf({
      ...options,
      slo,
      summary,
      environment,
      client: this.#options.clients.of(environment),
      now: this.#now(),
    });
  }

  async #find(
    id: string,
    request: SloRequest,
  ): Promise<{ slo: StoredSlo; summary: SloSummary }> {
    const slo = await this.#options.store.getSlo(id);
    const { items } = await this.#options.slos.list(
      // Without an SLO it is asked all the same: who may not read SLOs learns nothing of which there are.
      { entity: slo?.entityRef ?? 'component:default/none' },
      request,
    );
    const summary = items.find(item => item.id === id);
    if (slo && summary) {
      return { slo, summary };
    }
    throw new NotFoundError(
      `There is no SLO "${id}", or you may not see its entity`,
    );
  }

  #environment(slo: StoredSlo): Environment {
    const environment = this.#options.environments
      .list()
      .find(({ name }) => name === slo.environment);
    if (!environment) {
      throw new InputError(
        `There is no environment "${slo.environment}" any more; its history cannot be asked for`,
      );
    }
    return environment;
  }
}

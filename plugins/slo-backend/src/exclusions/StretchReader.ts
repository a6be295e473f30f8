import { InputError, stringifyError } from '@backstage/errors';
import { Environment } from '@shopfloor/plugin-environments-common';
import { EnvironmentsService } from '@shopfloor/plugin-environments-node';
import {
  ExclusionFigures,
  ExclusionPreview,
  MAX_EXCLUSION_SECONDS,
  MIN_EXCLUSION_SECONDS,
  SloExclusions,
  TimeSpan,
} from '@shopfloor/plugin-slo-common';
import { iso } from '../analysis/iso';
import { PrometheusClients } from '../evaluation/PrometheusClients';
import { countedAsNow, excludedStretches } from '../store/excluded';
import { StoredSlo } from '../store/SloStore';
import { budgetSpan, reasonAgainst, sameCounts } from './presentExclusion';
import { readFigures } from './readFigures';

/** What {@link StretchReader} needs. */
export interface StretchReaderOptions {
  environments: EnvironmentsService;
  clients: PrometheusClients;
  now: () => Date;
}

/** Looks at stretches of the past: whether they can be left out, and the budget both ways. */
export class StretchReader {
  readonly #options: StretchReaderOptions;

  constructor(options: StretchReaderOptions) {
    this.#options = options;
  }

  /**
   * What leaving out a stretch would mean.
   *
   * @throws InputError for a stretch that cannot be left out, ServiceUnavailableError when Prometheus does not answer
   */
  async look(
    slo: StoredSlo,
    { from, to }: { from: string; to: string },
  ): Promise<ExclusionPreview> {
    const reason = reasonAgainst(slo, true);
    if (reason === 'journey') {
      throw new InputError(
        `${slo.id} is a user journey: what is left out of its steps is left out of it, so ask for that there`,
      );
    }
    const window = budgetSpan(slo);
    const { measurement } = slo;
    if (!window || !measurement) {
      throw new InputError(
        `${slo.id} was never measured; there is nothing to leave out`,
      );
    }
    const stretch = this.#check({ from, to }, window);
    const objectives = await readFigures({
      slo,
      stretches: [stretch],
      windowHolds: true,
      ...this.#source(slo),
    });
    if (
      objectives.every(({ counted, excluded }) =>
        sameCounts(counted.counts, excluded.counts),
      )
    ) {
      throw new InputError(
        'from: nothing was counted in that stretch, so that leaving it out would change nothing',
      );
    }
    return {
      from: iso(stretch.from),
      to: iso(stretch.to),
      observedAt: measurement.observedAt.toISOString(),
      objectives,
    };
  }

  #check(wish: { from: string; to: string }, window: TimeSpan) {
    const from = Math.floor(Date.parse(wish.from) / 1000);
    const to = Math.ceil(Date.parse(wish.to) / 1000);
    if (to - from < MIN_EXCLUSION_SECONDS) {
      throw new InputError(
        `to: must be at least ${MIN_EXCLUSION_SECONDS} s after from`,
      );
    }
    if (to - from > MAX_EXCLUSION_SECONDS) {
      throw new InputError(
        `to: must be at most ${MAX_EXCLUSION_SECONDS / 86_400} days after from`,
      );
    }
    if (to > this.#options.now().getTime() / 1000) {
      throw new InputError(
        'to: must be over. Maintenance that is to come stands in the definition, as shopfloor.dev/maintenance',
      );
    }
    if (from < window.from) {
      throw new InputError(
        `from: must not be before ${iso(window.from)}, where the window of the budget begins`,
      );
    }
    return { from, to };
  }

  /** Both figures of what is left out now. */
  async asOfNow(
    slo: StoredSlo,
  ): Promise<Pick<SloExclusions, 'now' | 'failure'>> {
    const { measurement } = slo;
    const window = budgetSpan(slo);
    const stretches = excludedStretches(slo).filter(
      ({ from, to }) => window && to > window.from && from < window.to,
    );
    if (!measurement || stretches.length === 0 || !countedAsNow(slo)) {
      return {};
    }
    let objectives: ExclusionFigures[];
    try {
      objectives = await readFigures({
        slo,
        stretches,
        windowHolds: false,
        ...this.#source(slo),
      });
    } catch (error) {
      return { failure: stringifyError(error) };
    }
    return {
      now: { observedAt: measurement.observedAt.toISOString(), objectives },
    };
  }

  #source(slo: StoredSlo): {
    environment: Environment;
    client: ReturnType<PrometheusClients['of']>;
  } {
    const { environments, clients } = this.#options;
    const environment = environments
      .list()
      .find(({ name }) => name === slo.environment);
    if (!environment) {
      throw new InputError(
        `There is no environment "${slo.environment}" any more; its history cannot be asked for`,
      );
    }
    return { environment, client: clients.of(environment) };
  }
}

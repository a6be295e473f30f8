import { Counter, Gauge, Histogram } from 'prom-client';
import {
  DURATION_BUCKETS_SECONDS,
  type ServiceMetrics,
} from '../metrics/ServiceMetrics.ts';

/** How a round ended. */
export type RoundOutcome = 'done' | 'failed' | 'elsewhere';

interface Instruments {
  rounds: Counter<'work' | 'outcome'>;
  duration: Histogram<'work'>;
  succeeded: Gauge<'work'>;
}

/** All the work of one service shares its metrics, apart by the label `work`. */
const instrumentsOf = new WeakMap<ServiceMetrics, Instruments>();

function createInstruments({ registry }: ServiceMetrics): Instruments {
  const registers = [registry];
  return {
    rounds: new Counter({
      name: 'work_rounds_total',
      help: 'Rounds of background work by outcome; elsewhere means that another replica has the lease.',
      labelNames: ['work', 'outcome'],
      registers,
    }),
    duration: new Histogram({
      name: 'work_round_duration_seconds',
      help: 'How long a round of background work took that was begun here.',
      labelNames: ['work'],
      buckets: DURATION_BUCKETS_SECONDS,
      registers,
    }),
    succeeded: new Gauge({
      name: 'work_last_success_timestamp_seconds',
      help: 'When a round of background work last ended well here.',
      labelNames: ['work'],
      registers,
    }),
  };
}

/** What is measured of one piece of work. */
export class WorkMetrics {
  readonly #work: string;
  readonly #instruments: Instruments;

  static create(options: {
    work: string;
    metrics: ServiceMetrics;
  }): WorkMetrics {
    return new WorkMetrics(options);
  }

  private constructor(options: { work: string; metrics: ServiceMetrics }) {
    const { work, metrics } = options;
    this.#work = work;
    this.#instruments =
      instrumentsOf.get(metrics) ?? createInstruments(metrics);
    instrumentsOf.set(metrics, this.#instruments);
  }

  /** Records a round. */
  observe(outcome: RoundOutcome, durationSeconds: number): void {
    const { rounds, duration, succeeded } = this.#instruments;
    const work = this.#work;
    rounds.inc({ work, outcome });
    if (outcome !== 'elsewhere') {
      duration.observe({ work }, durationSeconds);
    }
    if (outcome === 'done') {
      succeeded.setToCurrentTime({ work });
    }
  }
}

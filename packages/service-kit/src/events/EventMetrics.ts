import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { ServiceMetrics } from '../metrics/ServiceMetrics.ts';

/** What became of an event that a group read. */
export type ConsumedOutcome =
  'handled' | 'duplicate' | 'ignored' | 'parked' | 'behind';

const instances = new WeakMap<Registry, EventMetrics>();

/** The metrics of outbox and consumers, once for each registry. */
export class EventMetrics {
  readonly published: Counter<'topic'>;
  readonly publishFailures: Counter<'reason'>;
  readonly consumed: Counter<'group' | 'topic' | 'outcome'>;
  readonly retries: Counter<'group' | 'topic'>;
  readonly delivery: Histogram<'group' | 'topic'>;
  readonly outboxRows: Gauge<'state'>;
  readonly outboxAge: Gauge;
  readonly deadLetters: Gauge<'group'>;
  readonly #lag: Gauge<'group' | 'topic'>;
  readonly #lagSources = new Set<
    () => Iterable<{ group: string; topic: string; seconds: number }>
  >();

  static of(metrics: ServiceMetrics): EventMetrics {
    let instance = instances.get(metrics.registry);
    if (!instance) {
      instance = new EventMetrics(metrics.registry);
      instances.set(metrics.registry, instance);
    }
    return instance;
  }

  private constructor(registry: Registry) {
    const registers = [registry];
    this.published = new Counter({
      name: 'events_published_total',
      help: 'Events that the log took from the outbox.',
      labelNames: ['topic'],
      registers,
    });
    this.publishFailures = new Counter({
      name: 'event_publish_failures_total',
      help: 'Batches the log did not take (unavailable), and events it never will (refused).',
      labelNames: ['reason'],
      registers,
    });
    this.consumed = new Counter({
      name: 'events_consumed_total',
      help: 'Events that a group is done with, by outcome.',
      labelNames: ['group', 'topic', 'outcome'],
      registers,
    });
    this.retries = new Counter({
      name: 'event_handler_failures_total',
      help: 'Attempts of a handler that failed.',
      labelNames: ['group', 'topic'],
      registers,
    });
    this.delivery = new Histogram({
      name: 'event_delivery_seconds',
      help: 'Time from the log taking an event to the commit of its work.',
      labelNames: ['group', 'topic'],
      buckets: [
        0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600,
      ],
      registers,
    });
    this.outboxRows = new Gauge({
      name: 'outbox_rows',
      help: 'Events in the outbox: waiting for the log, or refused by it.',
      labelNames: ['state'],
      registers,
    });
    this.outboxAge = new Gauge({
      name: 'outbox_oldest_age_seconds',
      help: 'Age of the oldest event that waits for the log.',
      registers,
    });
    this.deadLetters = new Gauge({
      name: 'event_dead_letters',
      help: 'Parked events of a group, those behind a failed one included.',
      labelNames: ['group'],
      registers,
    });
    const sources = this.#lagSources;
    this.#lag = new Gauge({
      name: 'event_lag_seconds',
      help: 'Age of the oldest event that this instance read and has not finished, or time without an answer of the log; 0 when nothing waits. Take the maximum over instances.',
      labelNames: ['group', 'topic'],
      registers,
      collect() {
        for (const source of sources) {
          for (const { group, topic, seconds } of source()) {
            this.set({ group, topic }, seconds);
          }
        }
      },
    });
  }

  /** Asks a source for its lag at every scrape. @returns forgets it */
  addLagSource(
    source: () => Iterable<{ group: string; topic: string; seconds: number }>,
  ): () => void {
    this.#lagSources.add(source);
    return () => {
      for (const { group, topic } of source()) {
        this.#lag.remove({ group, topic });
      }
      this.#lagSources.delete(source);
    };
  }
}

import type { ServiceMetrics } from '@shopfloor/service-kit';
import { Gauge } from 'prom-client';
import type { SourceStore } from './store/SourceStore.ts';

/** What waits for the index, read when metrics are scraped. */
export function registerIndexMetrics(options: {
  metrics: ServiceMetrics;
  store: Pick<SourceStore, 'queue'>;
}): void {
  const { metrics, store } = options;
  const lag = new Gauge({
    name: 'search_index_lag_seconds',
    help: 'Age of the oldest change that the index lacks.',
    registers: [metrics.registry],
  });
  const waiting = new Gauge({
    name: 'search_index_waiting',
    help: 'Products whose document is to be written; at most 10,000 are counted.',
    registers: [metrics.registry],
    async collect() {
      // Absent while the database is: a zero would say that all is well.
      const queue = await store.queue().catch(() => undefined);
      if (queue) {
        this.set(queue.waiting);
        lag.set(queue.oldestSeconds);
      }
    },
  });
  waiting.set(0);
}

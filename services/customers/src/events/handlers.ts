import type { EventHandlers } from '@shopfloor/service-kit';
import type { JobStore } from '../store/JobStore.ts';

/** The group of consumers that all replicas share. */
export const CONSUMER_GROUP = 'customers';

/** Topics that customers reads. */
export const CONSUMED_TOPICS = ['shop.customers'] as const;

/** What customers does on the events of others. */
export function createHandlers(options: { jobs: JobStore }): EventHandlers {
  return {
    'shop.erasure.completed.v1': async ({ data }, tx) => {
      await options.jobs.completePart(tx, data);
    },
  };
}

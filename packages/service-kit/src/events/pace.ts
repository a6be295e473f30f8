/** Longest time from one read to the next, so that what comes one by one is handled in batches: each batch costs as much as one event. */
const SLOW_PACE_MS = 100;
/** The same once batches are worth while by themselves. */
const FAST_PACE_MS = 50;
/** Events of a read from which on the next one comes sooner. */
const BATCH_OF_NOTE = 25;

/** Wait after a read that found nothing. */
export const POLL_MS = SLOW_PACE_MS;

/** Least time between the begin of a read that brought some events, and the next; in milliseconds. */
export function paceMs(events: number): number {
  return events < BATCH_OF_NOTE ? SLOW_PACE_MS : FAST_PACE_MS;
}

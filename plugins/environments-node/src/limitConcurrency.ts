/**
 * Runs at most `limit` tasks at once; the rest wait in order of arrival.
 *
 * @public
 */
export type ConcurrencyLimit = <T>(task: () => Promise<T>) => Promise<T>;

/**
 * Creates a {@link ConcurrencyLimit}.
 *
 * @param limit - how many tasks may run at once, at least 1
 * @public
 */
export function limitConcurrency(limit: number): ConcurrencyLimit {
  let running = 0;
  const waiting: Array<() => void> = [];
  return async task => {
    if (running >= limit) {
      await new Promise<void>(resolve => waiting.push(resolve));
    } else {
      running += 1;
    }
    try {
      return await task();
    } finally {
      // A slot is handed to the next in line, so that nobody overtakes.
      const next = waiting.shift();
      if (next) {
        next();
      } else {
        running -= 1;
      }
    }
  };
}

const AT_ONCE = 3;

/** Starts these, a few at a time: services that start all at once starve each other on a small machine. */
export async function fewAtOnce<T>(
  all: Iterable<T>,
  start: (one: T) => Promise<void>,
): Promise<void> {
  const waiting = [...all];
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        await start(next);
      }
    }),
  );
}

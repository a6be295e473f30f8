/** Tries until it no longer throws or returns false; fails with the last error. */
export async function waitFor<T>(
  attempt: () => T | Promise<T>,
  options: { withinMs?: number } = {},
): Promise<T> {
  const deadline = Date.now() + (options.withinMs ?? 20_000);
  for (;;) {
    try {
      const result = await attempt();
      if (result !== false) {
        return result;
      }
      if (Date.now() > deadline) {
        throw new Error('It did not become true in time');
      }
    } catch (error) {
      if (Date.now() > deadline) {
        throw error;
      }
    }
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

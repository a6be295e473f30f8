const AT_ONCE = 4;

/**
 * Bounds how many stale values are renewed at a time. One that finds no room is
 * renewed after a later request, or loaded when it is stale no longer.
 */
export class Renewals {
  readonly #atOnce: number;
  #running = 0;

  /** @param atOnce - most at a time, at least 1; default 4 */
  constructor(atOnce: number = AT_ONCE) {
    this.#atOnce = atOnce;
  }

  /** Starts a load where there is room. Its failure is its own to tell: the value at hand has answered. */
  begin(load: () => Promise<unknown>): void {
    if (this.#running >= this.#atOnce) {
      return;
    }
    this.#running += 1;
    load()
      .catch(() => undefined)
      .finally(() => {
        this.#running -= 1;
      });
  }
}

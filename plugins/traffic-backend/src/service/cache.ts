/**
 * Remembers answers for a short time, and lets those who ask meanwhile share one question. Failures are not remembered.
 */
export class ShortCache<T> {
  readonly #lifetimeMs: number;
  readonly #entries = new Map<string, { value: Promise<T>; untilMs: number }>();

  constructor(options: { lifetimeMs: number }) {
    this.#lifetimeMs = options.lifetimeMs;
  }

  get(key: string, load: () => Promise<T>): Promise<T> {
    const now = Date.now();
    const hit = this.#entries.get(key);
    if (hit && hit.untilMs > now) {
      return hit.value;
    }
    for (const [other, { untilMs }] of this.#entries) {
      if (untilMs <= now) this.#entries.delete(other);
    }
    const value = load();
    // What is under way stays shared, however long it takes.
    const entry = { value, untilMs: Infinity };
    this.#entries.set(key, entry);
    value.then(
      () => {
        entry.untilMs = Date.now() + this.#lifetimeMs;
      },
      () => {
        if (this.#entries.get(key) === entry) this.#entries.delete(key);
      },
    );
    return value;
  }

  /** Forgets the answers whose key begins so, after something they tell about was changed. */
  forget(prefix: string): void {
    for (const key of this.#entries.keys()) {
      if (key.startsWith(prefix)) this.#entries.delete(key);
    }
  }
}

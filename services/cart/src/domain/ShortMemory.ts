/** Options of {@link ShortMemory}. */
export interface ShortMemoryOptions<V> {
  /** Asks for several keys at once; a key it leaves out does not exist. */
  load: (keys: readonly string[]) => Promise<ReadonlyMap<string, V>>;
  /** How long an answer is used again, in milliseconds. */
  ttlMs: number;
  /** How long an old answer is kept for when nobody answers, in milliseconds. */
  keepMs: number;
  /** Most keys; the longest unused goes first. */
  maxEntries: number;
  /** Most keys of one load. */
  batch: number;
  /** Milliseconds on a clock that only moves forward. */
  now?: () => number;
}

/** What is known of one key. `known` holds the value, or undefined where it does not exist. */
export type Remembered<V> =
  { state: 'fresh' | 'stale'; known: V | undefined } | { state: 'unknown' };

interface Entry<V> {
  known: V | undefined;
  at: number;
  forgotten: boolean;
}

/**
 * Remembers answers of another service for a short time, in this process. Keys that
 * several requests miss at once are asked for once. When nobody answers, what was
 * known last is given, marked as stale. A forgotten key is asked for anew, and an
 * answer that was under way when it was forgotten is not remembered.
 */
export class ShortMemory<V> {
  readonly #options: ShortMemoryOptions<V>;
  readonly #now: () => number;
  /** In the order of last use. */
  readonly #entries = new Map<string, Entry<V>>();
  readonly #loading = new Map<string, Promise<boolean>>();

  static create<V>(options: ShortMemoryOptions<V>): ShortMemory<V> {
    return new ShortMemory(options);
  }

  private constructor(options: ShortMemoryOptions<V>) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  /** What is known of each key, asked for where need be. Never rejects. */
  async get(keys: readonly string[]): Promise<Map<string, Remembered<V>>> {
    // A second round for keys that were forgotten while they were asked for.
    for (let round = 0; round < 2; round += 1) {
      const missing = keys.filter(key => !this.#fresh(key));
      if (missing.length === 0) {
        break;
      }
      const answered = await Promise.all(this.#ask(missing));
      if (answered.includes(false)) {
        break;
      }
    }
    return new Map(keys.map(key => [key, this.#remembered(key)]));
  }

  /** Forgets keys: whoever asks next is told anew. The old answer stays for when nobody answers. */
  forget(matches: (key: string) => boolean): void {
    for (const [key, entry] of this.#entries) {
      if (matches(key)) {
        entry.forgotten = true;
      }
    }
    for (const key of this.#loading.keys()) {
      if (matches(key)) {
        this.#loading.delete(key);
      }
    }
  }

  #fresh(key: string): boolean {
    const entry = this.#entries.get(key);
    return (
      entry !== undefined &&
      !entry.forgotten &&
      this.#now() - entry.at < this.#options.ttlMs
    );
  }

  #remembered(key: string): Remembered<V> {
    const entry = this.#entries.get(key);
    if (!entry || this.#now() - entry.at > this.#options.keepMs) {
      return { state: 'unknown' };
    }
    // Used last, so dropped last.
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return {
      state: this.#fresh(key) ? 'fresh' : 'stale',
      known: entry.known,
    };
  }

  /** One load for each batch of keys that nobody asks for yet, with those under way. */
  #ask(keys: readonly string[]): Set<Promise<boolean>> {
    const loads = new Set<Promise<boolean>>();
    const idle: string[] = [];
    for (const key of new Set(keys)) {
      const running = this.#loading.get(key);
      if (running) {
        loads.add(running);
      } else {
        idle.push(key);
      }
    }
    for (let at = 0; at < idle.length; at += this.#options.batch) {
      loads.add(this.#load(idle.slice(at, at + this.#options.batch)));
    }
    return loads;
  }

  #load(keys: readonly string[]): Promise<boolean> {
    const load: Promise<boolean> = this.#options
      .load(keys)
      .then(
        answers => {
          for (const key of keys) {
            if (this.#loading.get(key) === load) {
              this.#keep(key, answers.get(key));
            }
          }
          return true;
        },
        // Who loads has counted and logged it; here it means that nothing new is known.
        () => false,
      )
      .finally(() => {
        for (const key of keys) {
          if (this.#loading.get(key) === load) {
            this.#loading.delete(key);
          }
        }
      });
    for (const key of keys) {
      this.#loading.set(key, load);
    }
    return load;
  }

  #keep(key: string, known: V | undefined): void {
    this.#entries.delete(key);
    this.#entries.set(key, { known, at: this.#now(), forgotten: false });
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#options.maxEntries) {
        break;
      }
      this.#entries.delete(oldest);
    }
  }
}

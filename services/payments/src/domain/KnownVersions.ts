/** Options of {@link KnownVersions}. */
export interface KnownVersionsOptions {
  /** How many payments are remembered; the oldest are forgotten. */
  capacity?: number;
  /** How long a question waits for an answer of the provider that is under way. Well below what a provider waits for its webhook. */
  patienceMs?: number;
}

/**
 * What this process has learnt of its providers and written down, so that news of it need not be taken: a webhook mostly tells what
 * the answer to a request has told already. A memory of its own, which may forget: then the database tells.
 */
export class KnownVersions {
  readonly #capacity: number;
  readonly #patienceMs: number;
  readonly #versions = new Map<string, bigint>();
  readonly #asking = new Map<string, Promise<unknown>>();

  static create(options: KnownVersionsOptions = {}): KnownVersions {
    return new KnownVersions(options);
  }

  private constructor(options: KnownVersionsOptions) {
    this.#capacity = options.capacity ?? 5000;
    this.#patienceMs = options.patienceMs ?? 1000;
  }

  /** A version that is in the database now. */
  note(paymentId: string, version: bigint): void {
    const known = this.#versions.get(paymentId) ?? 0n;
    this.#versions.delete(paymentId);
    this.#versions.set(paymentId, version > known ? version : known);
    if (this.#versions.size > this.#capacity) {
      this.#versions.delete(this.#versions.keys().next().value!);
    }
  }

  /** Says that the provider is being asked, so that its webhook may wait for its answer. */
  async whileAsking<T>(paymentId: string, work: () => Promise<T>): Promise<T> {
    const asking = work();
    this.#asking.set(paymentId, asking);
    try {
      return await asking;
    } finally {
      if (this.#asking.get(paymentId) === asking) {
        this.#asking.delete(paymentId);
      }
    }
  }

  /** Whether a version, or a newer one, is in the database for certain. */
  async includes(paymentId: string, version: bigint): Promise<boolean> {
    const asking = this.#asking.get(paymentId);
    if (asking && !this.#isKnown(paymentId, version)) {
      await this.#settled(asking);
    }
    return this.#isKnown(paymentId, version);
  }

  #isKnown(paymentId: string, version: bigint): boolean {
    return (this.#versions.get(paymentId) ?? -1n) >= version;
  }

  async #settled(asking: Promise<unknown>): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>(resolve => {
      timer = setTimeout(resolve, this.#patienceMs);
    });
    try {
      await Promise.race([asking.catch(() => undefined), late]);
    } finally {
      clearTimeout(timer);
    }
  }
}

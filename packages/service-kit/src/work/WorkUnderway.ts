/** Pieces of work that run on by themselves, each of which ends its own failures, so that a drain can wait for them. */
export class WorkUnderway {
  readonly #running = new Set<Promise<void>>();

  static create(): WorkUnderway {
    return new WorkUnderway();
  }

  private constructor() {}

  /** How many pieces have not ended. */
  get size(): number {
    return this.#running.size;
  }

  /** @param work - must not reject */
  add(work: Promise<void>): void {
    const running: Promise<void> = work.finally(() =>
      this.#running.delete(running),
    );
    this.#running.add(running);
  }

  /** Waits until nothing runs, also what begins meanwhile. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) {
      await Promise.all(this.#running);
    }
  }
}

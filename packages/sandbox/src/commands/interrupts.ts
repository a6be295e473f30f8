/** Two interrupts closer than this are one: npm passes on what the terminal has already sent. */
const SAME_INTERRUPT_MS = 800;

/** Turns signals, a stop command and the death of the command in front of us into one stop, and a later one into haste. */
export class Interrupts {
  readonly first: Promise<void>;
  readonly #hurry = new AbortController();
  #resolve: () => void = () => {};
  #firstAt: number | undefined;

  constructor() {
    this.first = new Promise(resolve => {
      this.#resolve = resolve;
    });
    process.on('SIGINT', () => this.stop());
    process.on('SIGTERM', () => this.stop());
    process.on('SIGHUP', () => this.stop());
    process.on('disconnect', () => this.stop());
    process.channel?.unref();
    // A terminal that went away must not end us half-way.
    process.stdout.on('error', () => {});
    process.stderr.on('error', () => {});
  }

  get stopping(): boolean {
    return this.#firstAt !== undefined;
  }

  get hurry(): AbortSignal {
    return this.#hurry.signal;
  }

  stop(): void {
    if (this.#firstAt === undefined) {
      this.#firstAt = Date.now();
      this.#resolve();
    } else if (Date.now() - this.#firstAt > SAME_INTERRUPT_MS) {
      this.#hurry.abort();
    }
  }
}

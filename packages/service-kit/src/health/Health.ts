/** A thing a service cannot serve without. */
export interface ReadinessCheck {
  name: string;
  /** Resolves when usable; rejects with the reason otherwise. */
  check: () => Promise<void>;
}

/** Answer of one probe. */
export interface HealthReport {
  ok: boolean;
  /** Why not, by check; `ok` for those that pass. */
  checks: Record<string, string>;
}

/** Options of {@link Health}. */
export interface HealthOptions {
  checks?: readonly ReadinessCheck[];
  /** Longest wait for one check. */
  timeoutMs?: number;
  /** How long an answer is reused, so that probes cost no load. */
  reuseMs?: number;
  /** Milliseconds on a clock that only moves forward. */
  now?: () => number;
}

/**
 * The three questions a kubelet asks, kept apart: has it started (once), may it
 * get traffic (often changes), is the process itself stuck (then kill it).
 * Liveness never asks a dependency: a database outage must not restart a fleet.
 */
export class Health {
  readonly #checks: ReadinessCheck[];
  readonly #timeoutMs: number;
  readonly #reuseMs: number;
  readonly #now: () => number;
  #started = false;
  #draining = false;
  #last?: { at: number; report: Promise<HealthReport> };

  constructor(options: HealthOptions = {}) {
    this.#checks = [...(options.checks ?? [])];
    this.#timeoutMs = options.timeoutMs ?? 1000;
    this.#reuseMs = options.reuseMs ?? 500;
    this.#now = options.now ?? (() => performance.now());
  }

  /** Adds something that the service cannot serve without. */
  addCheck(check: ReadinessCheck): void {
    this.#checks.push(check);
  }

  /** Marks the service as started; it stays so. */
  markStarted(): void {
    this.#started = true;
  }

  /** Turns readiness off for good: the process is about to end. */
  startDraining(): void {
    this.#draining = true;
  }

  get draining(): boolean {
    return this.#draining;
  }

  startup(): HealthReport {
    return {
      ok: this.#started,
      checks: { started: this.#started ? 'ok' : 'still starting' },
    };
  }

  live(): HealthReport {
    return { ok: true, checks: { process: 'ok' } };
  }

  async ready(): Promise<HealthReport> {
    if (this.#draining) {
      return { ok: false, checks: { drain: 'shutting down' } };
    }
    if (!this.#started) {
      return { ok: false, checks: { started: 'still starting' } };
    }
    const now = this.#now();
    if (!this.#last || now - this.#last.at >= this.#reuseMs) {
      this.#last = { at: now, report: this.#runChecks() };
    }
    return this.#last.report;
  }

  async #runChecks(): Promise<HealthReport> {
    const results = await Promise.all(
      this.#checks.map(async ({ name, check }) => {
        let timer: NodeJS.Timeout | undefined;
        const late = new Promise<never>((_, reject) => {
          timer = setTimeout(
            () => reject(new Error(`no answer in ${this.#timeoutMs} ms`)),
            this.#timeoutMs,
          );
        });
        try {
          await Promise.race([check(), late]);
          return [name, 'ok'] as const;
        } catch (error) {
          return [name, (error as Error).message || 'failed'] as const;
        } finally {
          clearTimeout(timer);
        }
      }),
    );
    return {
      ok: results.every(([, answer]) => answer === 'ok'),
      checks: Object.fromEntries(results),
    };
  }
}

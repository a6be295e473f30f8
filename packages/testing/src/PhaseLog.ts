import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';

/** Where a phase prints: straight to the terminal, or to a file of its own that is shown whole when the phase has ended. */
export class PhaseLog {
  readonly #path: string | undefined;
  readonly #fd: number | undefined;

  /** Shown as it comes: for a phase that runs alone. */
  static live(): PhaseLog {
    return new PhaseLog();
  }

  /** Kept in this file, which is emptied, until {@link PhaseLog.end}. */
  static toFile(path: string): PhaseLog {
    return new PhaseLog(path);
  }

  private constructor(path?: string) {
    this.#path = path;
    if (path !== undefined) {
      openAndClose(path);
      // Appended to, so that what several processes write does not lie on top of each other.
      this.#fd = openSync(path, 'a');
    }
  }

  /** Whether what is printed is shown at once. */
  get live(): boolean {
    return this.#fd === undefined;
  }

  /** For `stdio` of a child process. */
  get target(): number | 'inherit' {
    return this.#fd ?? 'inherit';
  }

  /** One line of our own. */
  say(message: string): void {
    if (this.#fd === undefined) console.log(message);
    else writeSync(this.#fd, `${message}\n`);
  }

  /** Closes it; returns what is not shown yet. */
  end(): string {
    if (this.#fd === undefined || this.#path === undefined) return '';
    closeSync(this.#fd);
    return readFileSync(this.#path, 'utf8');
  }
}

function openAndClose(path: string): void {
  closeSync(openSync(path, 'w'));
}

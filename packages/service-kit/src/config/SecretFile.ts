import { readFileSync } from 'node:fs';
import type { Logger } from 'pino';
import type { ReadinessCheck } from '../health/Health.ts';

/** A secret that may change while the program runs, or be taken away. */
export interface SecretValue {
  /** The newest value; `undefined` while the secret is lost. */
  readonly current: string | undefined;
}

/** Options of {@link SecretFile}. */
export interface SecretFileOptions {
  /** Name of the variable, for logs and readiness. */
  name: string;
  /** The value that was read at the start. */
  value: string;
  /** The file that it came from, which an agent of Vault keeps and takes away with the grant. Absent: the value never changes. */
  file?: string;
  /** Throws when a text is no value of the variable. */
  parse?(text: string): unknown;
  logger: Logger;
  /** How often the file is read, in milliseconds. Default 2,000. */
  pollMs?: number;
}

/**
 * A secret from a file. While the file is there the newest value holds; when it is gone, so is the secret: nothing goes on being
 * done with access that was taken back. A file that cannot be read for another reason, or holds no value, leaves the last good one.
 */
export class SecretFile implements SecretValue {
  readonly #options: SecretFileOptions;
  #current: string | undefined;
  #unusable = false;
  #timer: NodeJS.Timeout | undefined;

  static create(options: SecretFileOptions): SecretFile {
    return new SecretFile(options);
  }

  private constructor(options: SecretFileOptions) {
    this.#options = options;
    this.#current = options.value;
    if (options.file) {
      this.#timer = setInterval(() => this.reload(), options.pollMs ?? 2000);
      this.#timer.unref();
    }
  }

  get current(): string | undefined {
    return this.#current;
  }

  /** Fails while the secret is lost. */
  get check(): ReadinessCheck {
    const { name, file } = this.#options;
    return {
      name: `secret ${name}`,
      check: async () => {
        if (this.#current === undefined) {
          throw new Error(`lost: ${file} is gone, and the grant with it`);
        }
      },
    };
  }

  /** Reads the file now. */
  reload(): void {
    const { file, name, parse, logger } = this.#options;
    if (!file) {
      return;
    }
    let problem: string;
    try {
      const text = readFileSync(file, 'utf8').trim();
      if (text === '') {
        this.#lose();
        return;
      }
      parse?.(text);
      this.#unusable = false;
      this.#take(text);
      return;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') {
        this.#lose();
        return;
      }
      // The words of a parser are not quoted: they may hold the value.
      problem = code ? `cannot be read (${code})` : 'holds no value of it';
    }
    if (!this.#unusable) {
      this.#unusable = true;
      logger.warn(
        { file },
        `The file of the secret ${name} ${problem}; what was known before stays in use`,
      );
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
  }

  #take(text: string): void {
    const { name, logger } = this.#options;
    if (this.#current === undefined) {
      logger.info(`The secret ${name} is there again`);
    } else if (this.#current !== text) {
      logger.info(`The secret ${name} has a new value`);
    }
    this.#current = text;
  }

  #lose(): void {
    const { name, file, logger } = this.#options;
    if (this.#current !== undefined) {
      this.#current = undefined;
      logger.error(
        { file },
        `The secret ${name} is lost: its file is gone, and the grant with it; not ready until it is there again`,
      );
    }
  }
}

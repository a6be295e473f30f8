import { readFileSync } from 'node:fs';
import type { Logger } from 'pino';

/** Options of {@link ConnectionSource}. */
export interface ConnectionSourceOptions {
  /** The connection string that was read at the start. */
  connectionString: string;
  /** The file it came from, which somebody else, such as an agent of Vault, replaces before the credentials in it end. */
  file?: string;
  logger: Logger;
  /** How often the file is read, in milliseconds. Default 2,000. */
  pollMs?: number;
}

/** Where the connection string of a database comes from: fixed, or a file that is kept current. */
export class ConnectionSource {
  readonly #file: string | undefined;
  readonly #logger: Logger;
  readonly #listeners = new Set<() => void>();
  #current: string;
  #unusable = false;
  #timer: NodeJS.Timeout | undefined;

  static create(options: ConnectionSourceOptions): ConnectionSource {
    return new ConnectionSource(options);
  }

  private constructor(options: ConnectionSourceOptions) {
    this.#file = options.file;
    this.#logger = options.logger;
    this.#current = options.connectionString;
    if (this.#file) {
      this.#timer = setInterval(() => this.reload(), options.pollMs ?? 2000);
      this.#timer.unref();
    }
  }

  /** Whether it may say something else later. */
  get changes(): boolean {
    return this.#file !== undefined;
  }

  /** The newest connection string. */
  get current(): string {
    return this.#current;
  }

  /** Calls a function after each change. @returns ends that */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Reads the file now. @returns whether it says something else than before */
  reload(): boolean {
    const next = this.#read();
    if (next === undefined || next === this.#current) {
      return false;
    }
    this.#current = next;
    this.#logger.info('The database has new credentials');
    this.#listeners.forEach(listener => listener());
    return true;
  }

  close(): void {
    clearInterval(this.#timer);
    this.#listeners.clear();
  }

  /** A file that is absent or holds no URL is reported once; the last good one stays in use. */
  #read(): string | undefined {
    if (!this.#file) {
      return undefined;
    }
    let problem: string;
    try {
      const text = readFileSync(this.#file, 'utf8').trim();
      if (/^postgres(ql)?:/.test(text) && URL.canParse(text)) {
        this.#unusable = false;
        return text;
      }
      // Its text is not quoted: it may hold a password.
      problem = 'holds no URL of PostgreSQL';
    } catch (error) {
      problem = `cannot be read (${(error as NodeJS.ErrnoException).code})`;
    }
    if (!this.#unusable) {
      this.#unusable = true;
      this.#logger.warn(
        { file: this.#file },
        `The file with the database's credentials ${problem}; those of before stay in use`,
      );
    }
    return undefined;
  }
}

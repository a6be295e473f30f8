import type { FastifyBaseLogger } from 'fastify';
import type { Bindings, ChildLoggerOptions, Logger } from 'pino';

/**
 * The logger of a request, made when its first line is written. Most requests write
 * none, and a child of a logger that redacts costs more than a cached answer.
 */
class LazyChildLogger {
  readonly #parent: Logger;
  readonly #bindings: Bindings;
  readonly #options: ChildLoggerOptions;
  #made: Logger | undefined;

  constructor(parent: Logger, bindings: Bindings, options: ChildLoggerOptions) {
    this.#parent = parent;
    this.#bindings = bindings;
    this.#options = options;
  }

  get #child(): Logger {
    return (this.#made ??= this.#parent.child(this.#bindings, this.#options));
  }

  get level(): string {
    return this.#child.level;
  }

  set level(value: string) {
    this.#child.level = value;
  }

  get msgPrefix(): string | undefined {
    return this.#parent.msgPrefix;
  }

  child(bindings: Bindings, options?: ChildLoggerOptions): Logger {
    return this.#child.child(bindings, options);
  }

  trace(...line: unknown[]): void {
    this.#child.trace(...(line as [object]));
  }

  debug(...line: unknown[]): void {
    this.#child.debug(...(line as [object]));
  }

  info(...line: unknown[]): void {
    this.#child.info(...(line as [object]));
  }

  warn(...line: unknown[]): void {
    this.#child.warn(...(line as [object]));
  }

  error(...line: unknown[]): void {
    this.#child.error(...(line as [object]));
  }

  fatal(...line: unknown[]): void {
    this.#child.fatal(...(line as [object]));
  }

  silent(): void {
    // Writes nothing, by its name.
  }
}

/** Makes the loggers of requests for Fastify. */
export function lazyChildLogger(
  parent: FastifyBaseLogger,
  bindings: Bindings,
  options: ChildLoggerOptions,
): FastifyBaseLogger {
  return new LazyChildLogger(
    parent as unknown as Logger,
    bindings,
    options,
  ) as unknown as FastifyBaseLogger;
}

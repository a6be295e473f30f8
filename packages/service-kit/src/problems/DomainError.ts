/** Why something was refused or failed, in the terms of the domain. */
export type DomainErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'conflict'
  | 'precondition-failed'
  | 'unprocessable'
  | 'rate-limited'
  | 'unavailable'
  | 'timeout';

/** One field of the input that is wrong. */
export interface FieldProblem {
  /** Part of the request: `body`, `query`, `path` or `header`. */
  in: 'body' | 'query' | 'path' | 'header';
  /** Name of the parameter, or JSON pointer into the body. */
  field: string;
  /** What is wrong, in words. */
  message: string;
}

/** Options of {@link DomainError}. */
export interface DomainErrorOptions {
  kind: DomainErrorKind;
  /** Stable, kebab-case, never reused for another meaning. Clients branch on it. */
  code: string;
  /** Sentence for the person who reads it. Never contains a secret. */
  message: string;
  fields?: readonly FieldProblem[];
  /** For `rate-limited` and `unavailable`: when to try again, in seconds. */
  retryAfterSeconds?: number;
  cause?: unknown;
}

/**
 * The one family of errors of a service. Services and stores throw it, and it
 * becomes an RFC 9457 problem document in one place.
 */
export class DomainError extends Error {
  readonly kind: DomainErrorKind;
  readonly code: string;
  readonly fields: readonly FieldProblem[];
  readonly retryAfterSeconds?: number;

  constructor(options: DomainErrorOptions) {
    super(options.message, { cause: options.cause });
    this.name = new.target.name;
    this.kind = options.kind;
    this.code = options.code;
    this.fields = options.fields ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** Input that parses but means nothing, such as a cursor we never issued. */
export class InvalidInputError extends DomainError {
  constructor(options: Omit<DomainErrorOptions, 'kind'>) {
    super({ ...options, kind: 'invalid' });
  }
}

/** The thing asked for does not exist. */
export class NotFoundError extends DomainError {
  constructor(options: Omit<DomainErrorOptions, 'kind'>) {
    super({ ...options, kind: 'not-found' });
  }
}

/** The state does not allow it now. */
export class ConflictError extends DomainError {
  constructor(options: Omit<DomainErrorOptions, 'kind'>) {
    super({ ...options, kind: 'conflict' });
  }
}

/** Something this service needs does not answer. Trying again later may help. */
export class UnavailableError extends DomainError {
  constructor(options: Omit<DomainErrorOptions, 'kind'>) {
    super({ retryAfterSeconds: 1, ...options, kind: 'unavailable' });
  }
}

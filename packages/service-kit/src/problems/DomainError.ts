/** Why something was refused or failed, in the terms of the domain. */
export type DomainErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'payment-required'
  | 'forbidden'
  | 'not-found'
  | 'conflict'
  | 'precondition-failed'
  | 'precondition-required'
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
  /** Thrown before anything was written, here or elsewhere: the caller is told that nothing was done. */
  notDone?: boolean;
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
  readonly notDone: boolean;

  constructor(options: DomainErrorOptions) {
    super(options.message, { cause: options.cause });
    this.name = new.target.name;
    this.kind = options.kind;
    this.code = options.code;
    this.fields = options.fields ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.notDone = options.notDone ?? false;
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

/** No token, or one that is not genuine or has expired. */
export class UnauthenticatedError extends DomainError {
  constructor(options: Omit<DomainErrorOptions, 'kind'>) {
    super({ ...options, kind: 'unauthenticated' });
  }
}

/** The caller is known but may not do this. */
export class ForbiddenError extends DomainError {
  constructor(options: Omit<DomainErrorOptions, 'kind'>) {
    super({ ...options, kind: 'forbidden' });
  }
}

/** The thing has another version than the caller thinks. */
export class PreconditionFailedError extends DomainError {
  constructor(options: Omit<DomainErrorOptions, 'kind'>) {
    super({ ...options, kind: 'precondition-failed' });
  }
}

/** Well formed, but it cannot be carried out. */
export class UnprocessableError extends DomainError {
  constructor(options: Omit<DomainErrorOptions, 'kind'>) {
    super({ ...options, kind: 'unprocessable' });
  }
}

/**
 * Something this service needs does not answer. Trying again later may help. The kind `timeout` says that it answered too late.
 */
export class UnavailableError extends DomainError {
  constructor(
    options: Omit<DomainErrorOptions, 'kind'> & {
      kind?: 'unavailable' | 'timeout';
    },
  ) {
    super({ retryAfterSeconds: 1, kind: 'unavailable', ...options });
  }
}

import {
  DomainError,
  type DomainErrorKind,
  type FieldProblem,
  UnavailableError,
} from '../problems/DomainError.ts';
import type { ProblemDocument } from '../problems/problemDocument.ts';
import type { AttemptFailure } from './attempt.ts';
import type { WireResponse } from './Transport.ts';

const KINDS: Record<number, DomainErrorKind> = {
  400: 'invalid',
  401: 'unauthenticated',
  402: 'payment-required',
  403: 'forbidden',
  404: 'not-found',
  409: 'conflict',
  410: 'not-found',
  412: 'precondition-failed',
  422: 'unprocessable',
  428: 'precondition-required',
  429: 'rate-limited',
};

/**
 * Another service refused (4xx). The kind is kept, so that a refusal that is not
 * handled reaches the client as what it was; a refusal that is our own fault must
 * be handled where the call is made.
 */
export class RemoteProblem extends DomainError {
  readonly dependency: string;
  readonly status: number;
  /** The problem document as it came, when there was one. */
  readonly problem: Partial<ProblemDocument> & Record<string, unknown>;

  constructor(options: {
    dependency: string;
    status: number;
    problem: Partial<ProblemDocument> & Record<string, unknown>;
    retryAfterSeconds?: number;
  }) {
    const { dependency, status, problem } = options;
    super({
      kind: KINDS[status] ?? 'invalid',
      code: problem.code ?? `${dependency}-refused`,
      message: problem.detail ?? `${dependency} refused with status ${status}.`,
      fields: Array.isArray(problem.errors)
        ? (problem.errors as FieldProblem[])
        : [],
      retryAfterSeconds: options.retryAfterSeconds,
    });
    this.dependency = dependency;
    this.status = status;
    this.problem = problem;
  }
}

/**
 * Another service may or may not have done what it was asked. Ask it by the id of
 * what should have been made before compensating.
 */
export class UnknownOutcomeError extends DomainError {
  readonly dependency: string;

  constructor(options: {
    dependency: string;
    message: string;
    cause?: unknown;
  }) {
    super({
      kind: 'timeout',
      code: `${options.dependency}-outcome-unknown`,
      message: options.message,
      cause: options.cause,
    });
    this.dependency = options.dependency;
  }
}

/** The refusal that an answer of 4xx is. */
export function refusalOf(
  dependency: string,
  { status, headers, body }: WireResponse,
): RemoteProblem {
  let problem: Record<string, unknown> = {};
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8'));
    if (typeof parsed === 'object' && parsed !== null) {
      problem = parsed as Record<string, unknown>;
    }
  } catch {
    // Not every refusal comes from the service itself; a proxy answers in plain text.
  }
  const seconds = Number(headers['retry-after']);
  return new RemoteProblem({
    dependency,
    status,
    problem,
    retryAfterSeconds: seconds > 0 ? Math.ceil(seconds) : undefined,
  });
}

/** What a call that failed is to its caller. */
export function errorOf(
  dependency: string,
  readOnly: boolean,
  failure: AttemptFailure,
): DomainError {
  const message = `${dependency} is needed, but ${failure.message}.`;
  if (failure.notDone || readOnly) {
    const late = failure.outcome === 'timeout';
    return new UnavailableError({
      kind: late ? 'timeout' : 'unavailable',
      code: `${dependency}-${late ? 'timeout' : 'unavailable'}`,
      message,
      retryAfterSeconds: failure.retryAfterSeconds ?? 1,
      cause: failure,
    });
  }
  return new UnknownOutcomeError({
    dependency,
    message: `${message} Whether it was done is not known.`,
    cause: failure,
  });
}

import { NOT_DONE_HEADER } from '../problems/notDone.ts';

/** How one attempt ended, for metrics. */
export type Outcome =
  '2xx' | '3xx' | '4xx' | '5xx' | 'timeout' | 'connection' | 'rejected';

/** An attempt that brought no usable answer. */
export class AttemptFailure extends Error {
  readonly outcome: Outcome;
  /** The dependency has certainly not begun. */
  readonly notDone: boolean;
  /** Another attempt may go better. */
  readonly retryable: boolean;
  /** It speaks against the health of the dependency. */
  readonly faulty: boolean;
  /** What it asked us to wait. */
  readonly retryAfterSeconds?: number;

  constructor(
    message: string,
    options: {
      outcome: Outcome;
      notDone: boolean;
      retryable: boolean;
      faulty: boolean;
      retryAfterSeconds?: number;
      cause?: unknown;
    },
  ) {
    super(message, { cause: options.cause });
    this.name = 'AttemptFailure';
    this.outcome = options.outcome;
    this.notDone = options.notDone;
    this.retryable = options.retryable;
    this.faulty = options.faulty;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  /** The failure of a whole call: an earlier attempt may have been carried out, even when the last was not. */
  afterAll(perhapsDone: boolean): AttemptFailure {
    return this.notDone && perhapsDone
      ? new AttemptFailure(this.message, { ...this, notDone: false })
      : this;
  }
}

/** Failures before a byte of the request was sent. */
const NOT_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_DESTROYED',
  'UND_ERR_CLOSED',
]);

/** What a failure of the connection means. */
export function failureOfConnection(error: unknown): AttemptFailure {
  const { code } = error as { code?: string };
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') {
    return new AttemptFailure('the answer is larger than is accepted', {
      outcome: '5xx',
      notDone: false,
      retryable: false,
      faulty: false,
      cause: error,
    });
  }
  // Several addresses that all refused arrive as one AggregateError.
  const causes =
    error instanceof AggregateError ? (error.errors as unknown[]) : [error];
  const notDone = causes.every(cause =>
    NOT_SENT.has((cause as { code?: string }).code ?? ''),
  );
  return new AttemptFailure(
    notDone ? 'it cannot be connected' : 'the connection broke',
    {
      outcome: 'connection',
      notDone,
      retryable: true,
      faulty: true,
      cause: error,
    },
  );
}

/** Words by which Envoy says that a request never reached a server. */
const ENVOY_NOT_SENT =
  /no healthy upstream|reset reason: (?:(?:remote|local) )?connection (?:failure|timeout)|reset reason: overflow/;

/** Codes by which the kit's own inbound side says that no handler ran. */
const KIT_NOT_DONE = /"code":"(?:overloaded|deadline-exceeded)"/;

/** What a 5xx means. The body is only searched for the codes of a refusal. */
export function failureOfStatus(
  status: number,
  headers: Record<string, string>,
  body: Buffer,
): AttemptFailure {
  const start =
    status === 503 || status === 504 ? body.toString('latin1', 0, 600) : '';
  const problem = headers['content-type']?.includes('problem+json') ?? false;
  const notDone =
    headers[NOT_DONE_HEADER] === 'true' ||
    (problem ? KIT_NOT_DONE.test(start) : ENVOY_NOT_SENT.test(start));
  const seconds = Number(headers['retry-after']);
  return new AttemptFailure(`it answered with status ${status}`, {
    outcome: '5xx',
    notDone,
    retryable: status === 502 || status === 503 || status === 504,
    faulty: true,
    retryAfterSeconds:
      Number.isInteger(seconds) && seconds > 0 ? seconds : undefined,
  });
}

/** The class of a status below 500. */
export function outcomeOfStatus(status: number): Outcome {
  if (status < 300) {
    return '2xx';
  }
  return status < 400 ? '3xx' : '4xx';
}

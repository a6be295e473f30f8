import Type from 'typebox';
import {
  DomainError,
  type DomainErrorKind,
  type FieldProblem,
} from './DomainError.ts';

/** An RFC 9457 problem document with the members Shopfloor adds. */
export interface ProblemDocument {
  type: string;
  title: string;
  status: number;
  code: string;
  detail?: string;
  instance?: string;
  requestId?: string;
  traceId?: string;
  errors?: FieldProblem[];
}

/** Media type of a problem document. */
export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** JSON Schema of {@link ProblemDocument}; registered as `Problem`. */
export const problemSchema = Type.Object(
  {
    type: Type.String({
      description: 'URI that names the kind of problem.',
    }),
    title: Type.String({ description: 'Short name of the kind of problem.' }),
    status: Type.Integer({ minimum: 400, maximum: 599 }),
    code: Type.String({
      description: 'Stable code to branch on.',
    }),
    detail: Type.Optional(
      Type.String({ description: 'What happened this time, in words.' }),
    ),
    instance: Type.Optional(
      Type.String({ description: 'Path of the request.' }),
    ),
    requestId: Type.Optional(Type.String()),
    traceId: Type.Optional(Type.String()),
    errors: Type.Optional(
      Type.Array(
        Type.Object({
          in: Type.Enum(['body', 'query', 'path', 'header']),
          field: Type.String(),
          message: Type.String(),
        }),
        { description: 'The fields that are wrong, each with the reason.' },
      ),
    ),
  },
  {
    $id: 'Problem',
    description: 'RFC 9457 problem document.',
  },
);

const kinds: Record<DomainErrorKind, { status: number; title: string }> = {
  invalid: { status: 400, title: 'The request is not valid' },
  unauthenticated: { status: 401, title: 'Sign-in is required' },
  'payment-required': { status: 402, title: 'The payment was not accepted' },
  forbidden: { status: 403, title: 'Not allowed' },
  'not-found': { status: 404, title: 'Not found' },
  conflict: { status: 409, title: 'Conflict with the current state' },
  'precondition-failed': { status: 412, title: 'It has changed meanwhile' },
  'precondition-required': { status: 428, title: 'Say which version you mean' },
  unprocessable: { status: 422, title: 'The request cannot be carried out' },
  'rate-limited': { status: 429, title: 'Too many requests' },
  unavailable: { status: 503, title: 'Not available right now' },
  timeout: { status: 504, title: 'It took too long' },
};

const protocolProblems: Record<
  number,
  { code: string; title: string; detail: string }
> = {
  400: {
    code: 'malformed-request',
    title: 'The request is not valid',
    detail: 'The request could not be read.',
  },
  404: {
    code: 'no-such-route',
    title: 'Not found',
    detail: 'This service has nothing at this path.',
  },
  405: {
    code: 'method-not-allowed',
    title: 'Method not allowed',
    detail: 'This path exists, but not with this method; see Allow.',
  },
  408: {
    code: 'request-too-slow',
    title: 'The request took too long to arrive',
    detail:
      'The whole request must arrive within the time this service allows.',
  },
  413: {
    code: 'body-too-large',
    title: 'The body is too large',
    detail: 'The request body is larger than this service accepts.',
  },
  414: {
    code: 'path-too-long',
    title: 'The path is too long',
    detail: 'A part of the path is longer than this service accepts.',
  },
  415: {
    code: 'unsupported-media-type',
    title: 'Unsupported media type',
    detail: 'Send the body as application/json.',
  },
  431: {
    code: 'headers-too-large',
    title: 'The headers are too large',
    detail: 'The request headers are larger than this service accepts.',
  },
};

/** What part of a request the protocol layer could not take, by the code of its error. */
const protocolFields: Record<string, FieldProblem> = {
  FST_ERR_CTP_INVALID_JSON_BODY: {
    in: 'body',
    field: '/',
    message: 'must be JSON',
  },
  FST_ERR_CTP_EMPTY_JSON_BODY: {
    in: 'body',
    field: '/',
    message: 'must be JSON, and is empty',
  },
  FST_ERR_CTP_BODY_TOO_LARGE: {
    in: 'body',
    field: '/',
    message: 'is too large',
  },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    in: 'header',
    field: 'content-type',
    message: 'is not understood here',
  },
  FST_ERR_ROUTE_MISSING_CONTENT_TYPE: {
    in: 'header',
    field: 'content-type',
    message: 'is required',
  },
  FST_ERR_BAD_URL: {
    in: 'path',
    field: '/',
    message: 'must be UTF-8 in percent encoding',
  },
  FST_ERR_MAX_PARAM_LENGTH: {
    in: 'path',
    field: '/',
    message: 'has a part that is too long',
  },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    in: 'header',
    field: 'content-length',
    message: 'is not the length of the body',
  },
};

function typeOf(code: string): string {
  return `https://shopfloor.dev/problems/${code}`;
}

/** The problem of a status that the protocol layer produced. */
export function problemOfStatus(status: number): ProblemDocument {
  const known = protocolProblems[status] ?? protocolProblems[400];
  return { type: typeOf(known.code), ...known, status };
}

/** The problem of input that does not match a route's schema. */
export function problemOfFields(fields: FieldProblem[]): ProblemDocument {
  const named = fields.map(({ field }) => field).join(', ');
  return {
    type: typeOf('validation-failed'),
    title: kinds.invalid.title,
    status: 400,
    code: 'validation-failed',
    detail: `These fields are not valid: ${named}.`,
    errors: fields,
  };
}

/**
 * The problem of anything thrown. A fault that is not a {@link DomainError} and
 * not a protocol error is ours: it becomes a 500 that tells nothing of its cause.
 */
export function problemOfError(error: unknown): ProblemDocument {
  if (error instanceof DomainError) {
    const { status, title } = kinds[error.kind];
    return {
      type: typeOf(error.code),
      title,
      status,
      code: error.code,
      detail: error.message,
      errors: error.fields.length > 0 ? [...error.fields] : undefined,
    };
  }
  const { code, statusCode } = (error ?? {}) as {
    code?: unknown;
    statusCode?: unknown;
  };
  if (
    typeof code === 'string' &&
    code.startsWith('FST_ERR_') &&
    typeof statusCode === 'number' &&
    statusCode >= 400 &&
    statusCode < 500
  ) {
    const field = protocolFields[code];
    return {
      ...problemOfStatus(statusCode),
      ...(field && { errors: [field] }),
    };
  }
  return {
    type: typeOf('internal-error'),
    title: 'Something went wrong on our side',
    status: 500,
    code: 'internal-error',
    detail: 'The fault is ours and has been logged. Quote the request id.',
  };
}

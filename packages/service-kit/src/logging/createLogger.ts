import { trace } from '@opentelemetry/api';
import pino, { type DestinationStream, type Logger } from 'pino';
import type { ServiceIdentity } from './logRecord.ts';

/** Options of {@link createLogger}. */
export interface CreateLoggerOptions {
  service: ServiceIdentity;
  level?: string;
  /** Where lines go; default is standard output, written at once. */
  destination?: DestinationStream;
}

/**
 * Keys whose values never reach a log, wherever a careless line puts them.
 * pino compiles these paths, so each depth is named.
 */
const SECRET_KEYS = [
  'authorization',
  'cookie',
  '["set-cookie"]',
  'password',
  'token',
  'accessToken',
  'refreshToken',
  'secret',
  'apiKey',
  'connectionString',
  'DATABASE_URL',
  'cardNumber',
  'cvc',
];

function redactedPaths(): string[] {
  const at = (prefix: string, key: string) =>
    key.startsWith('[') ? `${prefix}${key}` : `${prefix}.${key}`;
  return SECRET_KEYS.flatMap(key => [
    key,
    at('*', key),
    at('*.*', key),
    at('*.*.*', key),
  ]);
}

/** Serialises an error with its causes, without the fields drivers hang on it. */
function serializeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) {
    return { type: typeof error, message: String(error) };
  }
  const { code } = error as { code?: unknown };
  return {
    type: error.name,
    message: error.message,
    code: typeof code === 'string' ? code : undefined,
    stack: error.stack,
    cause:
      error.cause !== undefined && depth < 3
        ? serializeError(error.cause, depth + 1)
        : undefined,
  };
}

/**
 * Creates the logger of a service: one JSON object per line on standard output,
 * in the schema of {@link logRecordSchema}, without worker threads.
 */
export function createLogger(options: CreateLoggerOptions): Logger {
  return pino(
    {
      level: options.level ?? 'info',
      base: { service: options.service },
      messageKey: 'message',
      errorKey: 'error',
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: label => ({ level: label }) },
      serializers: { error: serializeError },
      redact: { paths: redactedPaths(), censor: '[redacted]' },
      mixin() {
        const span = trace.getActiveSpan()?.spanContext();
        return span ? { trace_id: span.traceId, span_id: span.spanId } : {};
      },
    },
    options.destination ?? pino.destination({ dest: 1, sync: true }),
  );
}

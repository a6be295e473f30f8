import Type, { type Static } from 'typebox';

/** Who writes: the same in logs, traces and metrics. */
export interface ServiceIdentity {
  /** Name of the service, such as `products`. */
  name: string;
  /** Version of the build, such as `2.0.0`. */
  version: string;
  /** Deployed version label, such as `v2`. */
  release: string;
  /** Environment, the pod's namespace. */
  environment: string;
  /** The pod's name. */
  instance: string;
}

const errorSchema = Type.Object({
  type: Type.String({ description: 'Class of the error.' }),
  message: Type.String(),
  code: Type.Optional(Type.String()),
  stack: Type.Optional(Type.String()),
  cause: Type.Optional(Type.Unknown()),
});

/**
 * The one schema of a log line. Further members are allowed at the top, in
 * snake_case, for what a line is about.
 */
export const logRecordSchema = Type.Object({
  time: Type.String({ description: 'ISO 8601 in UTC, with milliseconds.' }),
  level: Type.Enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']),
  message: Type.String(),
  service: Type.Object({
    name: Type.String(),
    version: Type.String(),
    release: Type.String(),
    environment: Type.String(),
    instance: Type.String(),
  }),
  trace_id: Type.Optional(Type.String({ pattern: '^[0-9a-f]{32}$' })),
  span_id: Type.Optional(Type.String({ pattern: '^[0-9a-f]{16}$' })),
  request_id: Type.Optional(Type.String()),
  http: Type.Optional(
    Type.Object({
      method: Type.String(),
      route: Type.String({
        description: 'Pattern of the route, or `unmatched`; never the raw URL.',
      }),
      status_code: Type.Integer(),
      duration_ms: Type.Number(),
    }),
  ),
  error: Type.Optional(errorSchema),
});

/** One log line. */
export type LogRecord = Static<typeof logRecordSchema>;

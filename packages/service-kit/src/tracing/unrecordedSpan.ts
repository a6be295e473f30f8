import {
  type Span,
  type SpanContext,
  trace,
  TraceFlags,
} from '@opentelemetry/api';
import { RandomIdGenerator } from '@opentelemetry/sdk-trace';

const ids = new RandomIdGenerator();

/** Ids of a trace that nobody records, made when they are asked for: most requests neither log nor call anyone. */
class UnrecordedContext implements SpanContext {
  #traceId: string | undefined;
  #spanId: string | undefined;
  readonly traceFlags = TraceFlags.NONE;

  get traceId(): string {
    return (this.#traceId ??= ids.generateTraceId());
  }

  get spanId(): string {
    return (this.#spanId ??= ids.generateSpanId());
  }
}

/** The first span of a trace that is not recorded. */
export function unrecordedSpan(): Span {
  return trace.wrapSpanContext(new UnrecordedContext());
}

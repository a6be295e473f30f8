import {
  type Attributes,
  context,
  SpanKind,
  SpanStatusCode,
} from '@opentelemetry/api';
import type { Tracing } from './Tracing.ts';

/**
 * Does one piece of background work in a trace of its own: what it asks of other
 * services is seen as one, as that of a request or an event is. Not for a round that
 * mostly finds nothing.
 */
export async function inOwnTrace<T>(
  tracing: Tracing,
  options: { name: string; attributes?: Attributes },
  work: () => Promise<T>,
): Promise<T> {
  const { name, attributes = {} } = options;
  const { context: own, span } = tracing.startRequest(
    {},
    name,
    attributes,
    SpanKind.INTERNAL,
  );
  try {
    return await context.with(own, work);
  } catch (error) {
    span?.setStatus({ code: SpanStatusCode.ERROR });
    span?.setAttribute('error.type', (error as Error)?.name ?? 'unknown');
    throw error;
  } finally {
    span?.end();
  }
}

import {
  type Context,
  context,
  type Span,
  SpanKind,
  SpanStatusCode,
} from '@opentelemetry/api';
import type { CloudEvent } from '@shopfloor/contracts';
import type { Transaction } from '../postgres/Database.ts';
import type { Tracing } from '../tracing/Tracing.ts';
import type { EventHandlers } from './types.ts';

/** Options of {@link runHandler}. */
export interface RunHandlerOptions {
  event: CloudEvent;
  topic: string;
  group: string;
  handlers: EventHandlers;
  tx: Transaction;
  tracing: Tracing;
  /** Longest run. */
  timeoutMs: number;
}

type AnyHandler = (event: CloudEvent, tx: Transaction) => Promise<void>;

/** Opens the span of an event, which goes on with the trace of its producer. */
export function startEvent(
  options: Pick<RunHandlerOptions, 'event' | 'topic' | 'group' | 'tracing'>,
): { context: Context; span?: Span } {
  const { event, topic, group, tracing } = options;
  return tracing.startRequest(
    { traceparent: event.traceparent },
    `process ${event.type}`,
    {
      'messaging.system': 'shopfloor',
      'messaging.operation.type': 'process',
      'messaging.destination.name': topic,
      'messaging.consumer.group.name': group,
      'messaging.message.id': event.id,
    },
    SpanKind.CONSUMER,
  );
}

/** Runs the handler of an event in a span that goes on with the trace of its producer. */
export async function runHandler(options: RunHandlerOptions): Promise<void> {
  const { event, group, handlers, tx, timeoutMs } = options;
  if (!Object.hasOwn(handlers, event.type)) {
    throw new Error(`The group ${group} has no handler for ${event.type}`);
  }
  const handler = handlers[event.type as keyof EventHandlers] as AnyHandler;
  const { context: eventContext, span } = startEvent(options);
  let timer: NodeJS.Timeout | undefined;
  try {
    await Promise.race([
      context.with(eventContext, () => handler(event, tx)),
      // A plain timer: ending one by a signal makes an error, with its stack, for every event.
      new Promise((_resolve, reject) => {
        timer = setTimeout(
          () =>
            reject(new Error(`The handler took longer than ${timeoutMs} ms`)),
          timeoutMs,
        );
      }),
    ]);
  } catch (error) {
    span?.setStatus({ code: SpanStatusCode.ERROR });
    span?.setAttribute('error.type', (error as Error)?.name ?? 'unknown');
    throw error;
  } finally {
    clearTimeout(timer);
    span?.end();
  }
}

/** An error as it may be kept beside its event: its name and our own message, bounded. */
export function describeFailure(error: unknown): string {
  const { name, message, cause } = error as Error & { cause?: Error };
  const reason = cause instanceof Error ? ` (${cause.name})` : '';
  return `${name}: ${message}${reason}`.slice(0, 1000);
}

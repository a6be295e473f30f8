import { context } from '@opentelemetry/api';
import type { CloudEvent } from '@shopfloor/contracts';
import type { Database } from '../postgres/Database.ts';
import type { Tracing } from '../tracing/Tracing.ts';
import { admitNewStatement, inboxIdentities } from './inboxStatements.ts';
import type { ParsedEvent } from './parseEvent.ts';
import { startEvent } from './runHandler.ts';
import { asStatementHandler } from './statementHandler.ts';
import type { EventHandler, EventHandlers } from './types.ts';

/** Options of {@link handleAtOnce}. */
export interface HandleAtOnceOptions {
  database: Database;
  group: string;
  handlers: EventHandlers;
  tracing: Tracing;
}

/** So that all of them stay within the time of one statement. */
const MOST_AT_ONCE = 20;

/**
 * Handles events whose handlers are one statement each in one round trip: all are done, or none is. None is when one of them was
 * handled before, waits behind a dead letter, or fails; a transaction then finds out which.
 *
 * @returns whether they are known to be done; after a lost answer they may be, which the inbox tells
 */
export async function handleAtOnce(
  events: readonly ParsedEvent[],
  options: HandleAtOnceOptions,
): Promise<boolean> {
  const { database, group, handlers, tracing } = options;
  if (events.length > MOST_AT_ONCE) {
    return false;
  }
  const works = events.flatMap(({ event, raw, type }) => {
    const handler =
      event &&
      Object.hasOwn(handlers, type) &&
      asStatementHandler(
        handlers[type as keyof EventHandlers] as EventHandler<never>,
      );
    return handler
      ? [{ event: event as CloudEvent as never, topic: raw.topic, handler }]
      : [];
  });
  if (works.length < events.length) {
    return false;
  }
  const spans = works.map(({ event, topic }) =>
    startEvent({ event, topic, group, tracing }),
  );
  try {
    const steps = works.map(({ event, handler }, index) =>
      context.with(spans[index].context, () => handler.step(event)),
    );
    const work = () =>
      database.together([
        {
          statement: admitNewStatement,
          values: inboxIdentities(group, events),
        },
        ...steps,
      ]);
    const [, ...results] =
      events.length === 1
        ? await context.with(spans[0].context, work)
        : await work();
    works.forEach(({ event, handler }, index) =>
      handler.done?.(results[index], event),
    );
    return true;
  } catch {
    // What it was is found, told and counted by the transaction that comes now.
    return false;
  } finally {
    spans.forEach(({ span }) => span?.end());
  }
}

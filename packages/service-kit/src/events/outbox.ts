import { trace } from '@opentelemetry/api';
import { assertContract } from '@shopfloor/contracts';
import { newId } from '../ids/newId.ts';
import type { NewEvent } from './types.ts';

/** Options of {@link outboxParameter}. */
export interface OutboxParameterOptions {
  /** Name of the publishing service. */
  source: string;
  /** Whether data is checked against packages/contracts. Default true; a few microseconds an event. */
  validate?: boolean;
}

/** The current trace as a W3C header, when there is one. */
export function currentTraceparent(): string | undefined {
  const span = trace.getActiveSpan()?.spanContext();
  return span
    ? `00-${span.traceId}-${span.spanId}-${span.traceFlags.toString(16).padStart(2, '0')}`
    : undefined;
}

/**
 * Events as the one JSON parameter that {@link outboxInsert} reads.
 *
 * @throws ContractError when an event breaks its contract: a fault of ours, so nothing is written
 */
export function outboxParameter(
  events: readonly NewEvent[],
  options: OutboxParameterOptions,
): string {
  const traceparent = currentTraceparent();
  return JSON.stringify(
    events.map(event => {
      if (options.validate ?? true) {
        assertContract(event.type, event.data);
      }
      return {
        event_id: newId(),
        topic: event.topic,
        type: event.type,
        source: options.source,
        aggregate_id: event.aggregateId,
        aggregate_version: event.aggregateVersion,
        partition_key: event.partitionKey ?? event.aggregateId,
        traceparent,
        data: event.data,
      };
    }),
  );
}

/** Options of {@link outboxInsert}. All are names written by us, never input. */
export interface OutboxInsertOptions {
  /**
   * Name of the member before it that makes the change. Events are inserted only
   * when it returned rows, and are numbered after it took its row locks.
   */
  from?: string;
  /** Column of `from` with the id of the aggregate; only events of returned aggregates are inserted. */
  id?: string;
  /** Column of `from` with the version of the aggregate, where SQL decides it. */
  version?: string;
}

/**
 * A member of a `with` clause that inserts the events of parameter `n`, so that
 * they are written by the statement that makes the change:
 *
 * ```sql
 * with changed as (update orders set … returning id, version)
 * ${outboxInsert(4, { from: 'changed', version: 'version' })}
 * select id, version from changed
 * ```
 *
 * It begins with a comma and is named `outbox_rows`.
 */
export function outboxInsert(
  n: number,
  options: OutboxInsertOptions = {},
): string {
  const { from, id, version } = options;
  const aggregateVersion = version
    ? `changed.${version}`
    : 'e.aggregate_version';
  const columns = [
    version ?? '1',
    ...(id ? [`${id}::text as aggregate_id`] : []),
  ];
  const join = from
    ? `
  join lateral (select ${columns.join(', ')} from ${from}${
    id ? ` where ${from}.${id}::text = e.aggregate_id` : ''
  } limit 1) as changed on true`
    : '';
  return `, outbox_rows as (
  insert into outbox (event_id, topic, type, source, aggregate_id, aggregate_version, partition_key, traceparent, data)
  select e.event_id, e.topic, e.type, e.source, e.aggregate_id, ${aggregateVersion}, e.partition_key, e.traceparent, e.data
  from json_to_recordset($${n}::json) as e(
    event_id uuid, topic text, type text, source text, aggregate_id text,
    aggregate_version bigint, partition_key text, traceparent text, data json
  )${join}
  returning id
)`;
}

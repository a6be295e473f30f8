import type { ShopStack } from '../stack/ShopStack.ts';

/** One event as it lies in the log. */
export interface LoggedEvent {
  topic: string;
  partition: number;
  offset: number;
  eventId: string;
  type: string;
  source: string;
  subject: string;
  version: number;
}

/** All events of the log's topics of which there are some, in the order of each partition. */
export function readEventLog(
  stack: ShopStack,
  topics: readonly string[],
): Promise<LoggedEvent[]> {
  return stack.databases.query<LoggedEvent>(
    'events',
    `select t.name as topic, e.partition, e."offset"::float8 as offset, e.event_id as "eventId",
       v->>'type' as type, v->>'source' as source, v->>'subject' as subject, (v->>'aggregateversion')::float8 as version
     from event_log.events e join event_log.topics t on t.id = e.topic_id
     cross join lateral (select e.value::jsonb as v) as value
     where t.name = any($1)
     order by e.topic_id, e.partition, e."offset"`,
    [topics],
  );
}

/**
 * Aggregates whose versions do not grow in the log, each as a line. An event that the log took twice counts where it came first:
 * whoever sends at least once may repeat the last one.
 */
export function outOfOrder(events: readonly LoggedEvent[]): string[] {
  const seen = new Set<string>();
  const last = new Map<string, { version: number; partition: number }>();
  const broken: string[] = [];
  for (const {
    eventId,
    source,
    subject,
    version,
    partition,
    topic,
  } of events) {
    if (!seen.has(eventId)) {
      seen.add(eventId);
      const key = `${topic} ${source} ${subject}`;
      const before = last.get(key);
      if (before && before.partition !== partition) {
        broken.push(`${key} is in two partitions`);
      }
      if (before && before.version > version) {
        broken.push(`${key}: ${version} after ${before.version}`);
      }
      last.set(key, { version, partition });
    }
  }
  return broken;
}

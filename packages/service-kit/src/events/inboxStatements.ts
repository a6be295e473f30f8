import type { Statement } from '../postgres/Database.ts';
import type { ParsedEvent } from './parseEvent.ts';

/** First parameters of the statements that admit events: group, then ids, topics, keys and generations. */
export function inboxIdentities(
  group: string,
  events: readonly ParsedEvent[],
): unknown[] {
  return [
    group,
    events.map(({ id }) => id),
    events.map(({ raw }) => raw.topic),
    events.map(({ raw }) => raw.key),
    events.map(({ raw }) => raw.generation),
  ];
}

/**
 * Writes the inbox rows of what is new and of no key that waits, and answers with those. `for share` waits for a replay of a key,
 * and then sees whether it still waits. Parameters: group, then ids, topics, keys and generations.
 */
export const admitFreshStatement: Statement = {
  name: 'inbox_admit_fresh',
  text: `
    insert into inbox (group_name, event_id, generation)
    select $1, i.event_id, i.generation
    from unnest($2::uuid[], $3::text[], $4::text[], $5::int[])
      as i(event_id, topic, partition_key, generation)
    where not exists (
      select from parked_keys p
      where p.group_name = $1 and p.topic = i.topic and p.partition_key = i.partition_key
      for share
    )
    order by i.event_id
    on conflict do nothing
    returning event_id, generation, 'fresh' as admitted`,
};

/**
 * Decides, for events in their order ($2 …), of which {@link admitFreshStatement} did not take all, what is new. Writes the inbox rows of
 * what is new, and parks what belongs to a key that already waits. `for share`
 * waits for a replay of that key, and then sees whether the key still waits.
 */
export const admitStatement: Statement = {
  name: 'inbox_admit',
  text: `
    with input as (
      select * from unnest($2::uuid[], $3::text[], $4::text[], $5::int[], $6::text[], $7::text[])
        with ordinality as i(event_id, topic, partition_key, generation, type, event, n)
    ), waiting as (
      select p.topic, p.partition_key from parked_keys p
      where p.group_name = $1
        and (p.topic, p.partition_key) in (select topic, partition_key from input)
      for share
    ), fresh as (
      insert into inbox (group_name, event_id, generation)
      select $1, i.event_id, i.generation from input i
      where not exists (
        select from waiting w where w.topic = i.topic and w.partition_key = i.partition_key
      )
      order by i.event_id
      on conflict do nothing
      returning event_id, generation
    ), behind as (
      insert into dead_letters (group_name, topic, partition_key, event_id, generation, type, event, cause, attempts)
      select $1, i.topic, i.partition_key, i.event_id, i.generation, i.type, i.event, 'behind', 0
      from input i
      join waiting w on w.topic = i.topic and w.partition_key = i.partition_key
      where not exists (
        select from inbox b
        where b.event_id = i.event_id and b.group_name = $1 and b.generation = i.generation
      )
      order by i.n
      on conflict do nothing
      returning event_id, generation
    )
    select event_id, generation, 'fresh' as admitted from fresh
    union all
    select event_id, generation, 'behind' from behind`,
};

/**
 * Writes the inbox rows of a batch all of whose events are new, and fails otherwise: an event that is known breaks the primary key,
 * and one of a key that waits has no generation. Parameters: group, then ids, topics, keys and generations.
 */
export const admitNewStatement: Statement = {
  name: 'inbox_admit_new',
  text: `
    insert into inbox (group_name, event_id, generation)
    select $1, i.event_id, case when not exists (
      select from parked_keys p
      where p.group_name = $1 and p.topic = i.topic and p.partition_key = i.partition_key
      for share
    ) then i.generation end
    from unnest($2::uuid[], $3::text[], $4::text[], $5::int[])
      as i(event_id, topic, partition_key, generation)
    order by i.event_id`,
};

/** Parks one event that its handler cannot do, and its key with it. */
export const parkStatement: Statement = {
  name: 'dead_letter_park',
  text: `
    with parked as (
      insert into parked_keys (group_name, topic, partition_key)
      values ($1, $2, $3)
      on conflict do nothing
    )
    insert into dead_letters (group_name, topic, partition_key, event_id, generation, type, event, cause, attempts, error)
    values ($1, $2, $3, $4, $5, $6, $7, 'failed', $8, $9)
    on conflict do nothing`,
};

export const trimInboxStatement: Statement = {
  name: 'inbox_trim',
  text: `
    with old as (
      select ctid from inbox
      where handled_at < now() - $1::int * interval '1 day' limit 5000
    ), gone as (
      delete from inbox where ctid in (select ctid from old)
      returning 1
    ), resolved as (
      delete from dead_letters
      where state <> 'parked' and resolved_at < now() - interval '90 days'
    )
    select count(*)::int as trimmed from gone`,
};

export const countParkedStatement: Statement = {
  name: 'dead_letter_count',
  text: `
    select count(*)::int as parked from dead_letters
    where state = 'parked' and group_name = $1`,
};

import type { Statement } from '../postgres/Database.ts';

const COLUMNS = `
  id::text as id, group_name as "group", topic, partition_key as key, event_id as "eventId", generation, type, event,
  state, cause, attempts, error, parked_at as "parkedAt", resolved_at as "resolvedAt",
  resolved_by as "resolvedBy", resolution`;

export const listStatement: Statement = {
  name: 'dead_letter_list',
  text: `
    select ${COLUMNS} from dead_letters
    where group_name = $1 and state = $2 and id > $3::bigint
    order by id limit $4`,
};

export const getStatement: Statement = {
  name: 'dead_letter_get',
  text: `select ${COLUMNS} from dead_letters where group_name = $1 and id = $2::bigint`,
};

/** Keeps consumers from adding to the key, and other replays out. */
export const lockKeyStatement: Statement = {
  name: 'dead_letter_lock_key',
  text: `
    select 1 as locked from parked_keys
    where group_name = $1 and topic = $2 and partition_key = $3
    for update`,
};

export const headStatement: Statement = {
  name: 'dead_letter_head',
  text: `
    select ${COLUMNS} from dead_letters
    where group_name = $1 and topic = $2 and partition_key = $3 and state = 'parked'
    order by id limit 1`,
};

/** Marks an event as handled. No row: it was already. */
export const enterInboxStatement: Statement = {
  name: 'dead_letter_enter_inbox',
  text: `
    insert into inbox (group_name, event_id, generation) values ($1, $2, $3)
    on conflict do nothing
    returning 1 as entered`,
};

/** Resolves one ($1), and frees its key when nothing else of it is parked. */
export const resolveStatement: Statement = {
  name: 'dead_letter_resolve',
  text: `
    with resolved as (
      update dead_letters set
        state = $2, resolved_at = now(), resolved_by = $3, resolution = $4
      where id = $1::bigint
      returning id, group_name, topic, partition_key
    ), left_over as (
      select count(*)::int as remaining
      from dead_letters d join resolved r using (group_name, topic, partition_key)
      where d.state = 'parked' and d.id <> r.id
    ), freed as (
      delete from parked_keys p using resolved r
      where p.group_name = r.group_name and p.topic = r.topic
        and p.partition_key = r.partition_key
        and (select remaining from left_over) = 0
    )
    select remaining from left_over`,
};

export const failedAgainStatement: Statement = {
  name: 'dead_letter_failed_again',
  text: `
    update dead_letters set attempts = attempts + 1, error = $2, cause = 'failed'
    where id = $1::bigint`,
};

export const countKeyStatement: Statement = {
  name: 'dead_letter_count_key',
  text: `
    select count(*)::int as remaining from dead_letters
    where group_name = $1 and topic = $2 and partition_key = $3 and state = 'parked'`,
};

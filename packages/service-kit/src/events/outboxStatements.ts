import type { Statement } from '../postgres/Database.ts';

/**
 * Stays a relay, renews what it holds, and answers with the view that lease
 * decisions are made from. The view is of the moment before: the relay adds itself.
 */
export const renewStatement: Statement = {
  name: 'outbox_renew',
  text: `
    with me as (
      insert into outbox_relays (member, expires_at)
      values ($1, clock_timestamp() + $2::int * interval '1 millisecond')
      on conflict (member) do update set expires_at = excluded.expires_at
    ), dead as (
      delete from outbox_relays
      where member <> $1 and expires_at < clock_timestamp() - interval '1 minute'
    ), renewed as (
      update outbox_leases set expires_at = clock_timestamp() + $2::int * interval '1 millisecond'
      where member = $1 and expires_at > clock_timestamp()
    )
    select
      array(select member from outbox_relays where expires_at > clock_timestamp() or member = $1) as members,
      array(select bucket::int from outbox_leases order by bucket) as buckets,
      array(
        select case when expires_at > clock_timestamp() then member end
        from outbox_leases order by bucket
      ) as holders`,
};

/** Claims ($3) what is free and gives back ($4). Of two that claim, one finds the row taken. */
export const rebalanceStatement: Statement = {
  name: 'outbox_rebalance',
  text: `
    with released as (
      update outbox_leases set member = null, expires_at = '-infinity'
      where bucket = any($4::smallint[]) and member = $1
    )
    update outbox_leases set
      member = $1, token = token + 1,
      expires_at = clock_timestamp() + $2::int * interval '1 millisecond'
    where bucket = any($3::smallint[])
      and (member is null or expires_at <= clock_timestamp())`,
};

/**
 * Deletes what the log took ($2), where the token of its bucket ($3, $4) is still ours ($1).
 *
 * The deletion need not reach the disk before it is answered: rows that a crash
 * brings back are sent once more, and the inboxes know them.
 */
export const deleteStatement: Statement = {
  name: 'outbox_delete',
  text: `
    with fenced as (
      select l.bucket from outbox_leases l
      join unnest($3::smallint[], $4::bigint[]) as f(bucket, token)
        on l.bucket = f.bucket and l.token = f.token
      where l.member = $1
      for share of l
    )
    delete from outbox
    where id = any($2::bigint[]) and bucket in (select bucket from fenced)
      and (select set_config('synchronous_commit', 'off', true)) = 'off'`,
};

/** Tells writers whether they have to ring ($2). */
export const sleepStatement: Statement = {
  name: 'outbox_sleep',
  text: 'update outbox_relays set asleep = $2 where member = $1 and asleep <> $2',
};

/**
 * Reads what comes next of each held bucket, as many of each as $2 says.
 *
 * The parts of one statement may be numbered in either order, so a later version of
 * an aggregate can have the lower id: `early` says that an earlier version lies
 * beyond what was read, `behind` that an event of the key was refused.
 */
export const takeStatement: Statement = {
  name: 'outbox_take',
  text: `select * from outbox_window($1, $2, '{}') order by id`,
};

/** Takes events out of the stream, with a reason each. */
export const refuseStatement: Statement = {
  name: 'outbox_refuse',
  text: `
    update outbox o set refused_reason = r.reason
    from unnest($1::uuid[], $2::text[]) as r(event_id, reason)
    where o.event_id = r.event_id`,
};

/** Lets go on what was behind an event that has left or was given up. */
export const freeStatement: Statement = {
  name: 'outbox_free',
  text: `
    update outbox o set refused_reason = null
    where o.refused_reason = 'behind'
      and not exists (
        select from outbox r
        where r.topic = o.topic and r.partition_key = o.partition_key
          and r.refused_reason is not null and r.refused_reason <> 'behind'
      )`,
};

export const leaveStatement: Statement = {
  name: 'outbox_leave',
  text: `
    with released as (
      update outbox_leases set member = null, expires_at = '-infinity' where member = $1
    )
    delete from outbox_relays where member = $1`,
};

export const measureStatement: Statement = {
  name: 'outbox_measure',
  text: `
    select
      count(*) filter (where refused_reason is null)::int as waiting,
      count(*) filter (where refused_reason is not null)::int as refused,
      coalesce(extract(epoch from clock_timestamp()
        - min(occurred_at) filter (where refused_reason is null)), 0)::float8 as age_seconds
    from outbox`,
};

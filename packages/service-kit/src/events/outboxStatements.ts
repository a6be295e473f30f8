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
 * Deletes what the log took ($3, where the token of its bucket is still ours) and
 * reads what comes next of the held buckets, in one statement.
 *
 * An event waits while an earlier version of its aggregate got a later id (two
 * statements of one transaction may be numbered in either order), and while an
 * earlier event of its key is refused.
 */
export const takeStatement: Statement = {
  name: 'outbox_take',
  text: `
    with fenced as (
      select l.bucket from outbox_leases l
      join unnest($4::smallint[], $5::bigint[]) as f(bucket, token)
        on l.bucket = f.bucket and l.token = f.token
      where l.member = $1
      for share of l
    ), gone as (
      delete from outbox
      where id = any($3::bigint[]) and bucket in (select bucket from fenced)
    ), bedtime as (
      update outbox_relays set asleep = $6 where member = $1 and asleep <> $6
    )
    select o.id, l.bucket, l.token, o.event_id, o.topic, o.type, o.source, o.aggregate_id,
      o.aggregate_version, o.partition_key, o.traceparent, o.data::text as data, o.occurred_at
    from outbox_leases l
    cross join lateral (
      select * from outbox c
      where c.bucket = l.bucket
        and c.refused_reason is null
        and c.id <> all($3::bigint[])
        and not exists (
          select from outbox e
          where e.aggregate_id = c.aggregate_id and e.aggregate_version < c.aggregate_version
            and e.id > c.id and e.topic = c.topic and e.refused_reason is null
        )
        and not exists (
          select from outbox r
          where r.topic = c.topic and r.partition_key = c.partition_key
            and r.refused_reason is not null and r.id < c.id
        )
      order by c.id
      limit $2
    ) o
    where l.member = $1 and l.expires_at > clock_timestamp()
    order by o.id`,
};

export const refuseStatement: Statement = {
  name: 'outbox_refuse',
  text: `
    update outbox o set refused_reason = r.reason
    from unnest($1::uuid[], $2::text[]) as r(event_id, reason)
    where o.event_id = r.event_id`,
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

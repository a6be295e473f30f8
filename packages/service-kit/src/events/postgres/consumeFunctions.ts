import { NOT_PERMITTED, UNKNOWN_TOPIC } from './logFunctions.ts';

/** Whether the caller may be this group. */
export const requireGroupFunction = `
create function event_log.require_group(in_group text, in_topics text[]) returns void
language plpgsql stable security definer set search_path = event_log, pg_temp as $require$
declare
  refused text;
begin
  select string_agg(asked.name, ',') into refused
  from unnest(in_topics) as asked(name)
  where not exists (select from topics t where t.name = asked.name);
  if refused is not null then
    raise exception 'unknown topic' using errcode = '${UNKNOWN_TOPIC}', detail = refused;
  end if;
  if is_owner() then
    return;
  end if;
  select string_agg(asked.name, ',') into refused
  from unnest(in_topics) as asked(name)
  where not exists (
    select from grants g join topics t on t.id = g.topic_id
    where g.role_name = session_user and g.action = 'consume'
      and g.group_name = in_group and t.name = asked.name
  );
  if refused is not null then
    raise exception 'not permitted' using errcode = '${NOT_PERMITTED}', detail = refused;
  end if;
end
$require$;
`;

/** Who is in a group, who holds what, and how that changes. */
export const membershipFunctions = `
create function event_log.ensure_group(in_group text, in_topics text[]) returns void
language sql security definer set search_path = event_log, pg_temp as $ensure$
  insert into group_partitions (group_name, topic_id, partition)
  select in_group, p.topic_id, p.partition
  from partitions p join topics t on t.id = p.topic_id
  where t.name = any(in_topics)
    and not exists (
      select from group_partitions g
      where g.group_name = in_group and g.topic_id = p.topic_id and g.partition = p.partition
    )
  on conflict do nothing
$ensure$;

-- Joins or stays in the group and renews what the member holds; answers with the view that lease decisions are made from.
create function event_log.renew(in_group text, in_member text, in_topics text[], in_ttl_ms integer)
returns jsonb
language plpgsql security definer set search_path = event_log, pg_temp as $renew$
declare
  until timestamptz := clock_timestamp() + in_ttl_ms * interval '1 millisecond';
begin
  perform require_group(in_group, in_topics);
  perform ensure_group(in_group, in_topics);
  insert into group_members as m (group_name, member, topics, expires_at)
  values (in_group, in_member, in_topics, until)
  on conflict (group_name, member) do update set expires_at = excluded.expires_at, topics = excluded.topics;
  delete from group_members m
  where m.group_name = in_group and m.expires_at < clock_timestamp() - interval '1 minute';
  update group_partitions g set expires_at = until
  where g.group_name = in_group and g.member = in_member and g.expires_at > clock_timestamp();
  return jsonb_build_object(
    'members', (
      select coalesce(jsonb_agg(m.member order by m.member), '[]') from group_members m
      where m.group_name = in_group and m.expires_at > clock_timestamp() and m.topics @> in_topics
    ),
    'partitions', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'topic', t.name, 'partition', g.partition,
        'holder', case when g.expires_at > clock_timestamp() then g.member end
      ) order by t.id, g.partition), '[]')
      from group_partitions g join topics t on t.id = g.topic_id
      where g.group_name = in_group and t.name = any(in_topics)
    )
  );
end
$renew$;

-- Two that claim the same partition wait for its row; the second finds it held.
create function event_log.rebalance(
  in_group text, in_member text, in_topics text[], in_ttl_ms integer,
  claim_topics text[], claim_partitions smallint[], release_topics text[], release_partitions smallint[]
) returns void
language plpgsql security definer set search_path = event_log, pg_temp as $rebalance$
begin
  perform require_group(in_group, in_topics);
  update group_partitions g set member = null, expires_at = '-infinity'
  from unnest(release_topics, release_partitions) as r(topic, partition)
  join topics t on t.name = r.topic
  where g.group_name = in_group and g.topic_id = t.id and g.partition = r.partition
    and g.member = in_member;
  update group_partitions g set
    member = in_member, token = g.token + 1,
    expires_at = clock_timestamp() + in_ttl_ms * interval '1 millisecond'
  from unnest(claim_topics, claim_partitions) as r(topic, partition)
  join topics t on t.name = r.topic
  where g.group_name = in_group and g.topic_id = t.id and g.partition = r.partition
    and r.topic = any(in_topics)
    and (g.member is null or g.expires_at <= clock_timestamp());
end
$rebalance$;

create function event_log.leave(in_group text, in_member text, in_topics text[]) returns void
language plpgsql security definer set search_path = event_log, pg_temp as $leave$
begin
  perform require_group(in_group, in_topics);
  update group_partitions g set member = null, expires_at = '-infinity'
  where g.group_name = in_group and g.member = in_member;
  delete from group_members m where m.group_name = in_group and m.member = in_member;
  -- The others need not wait for their next look.
  perform pg_notify('event_log', 'group:' || in_group);
end
$leave$;
`;

/**
 * Commits what was handled and reads what comes next, in one statement. The commit
 * need not reach the disk before it is answered: an offset that a crash loses
 * repeats events, and the inbox knows them. The planner is kept to the primary key:
 * with statistics from before a burst it would sort the rest of a partition each time.
 */
export const fetchFunction = `
create function event_log.fetch(
  in_group text, in_member text, in_topics text[], in_asleep boolean, in_limit integer,
  commit_topics text[], commit_partitions smallint[], commit_tokens bigint[], commit_offsets bigint[]
) returns table (
  topic text, part smallint, off bigint, key text, value text,
  age_ms double precision, generation integer, token bigint
)
language plpgsql security definer set search_path = event_log, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off as $fetch$
#variable_conflict use_column
declare
  held integer;
begin
  perform set_config('synchronous_commit', 'off', true);
  perform require_group(in_group, in_topics);
  if cardinality(commit_offsets) > 0 then
    update group_partitions g set next_offset = c.next_offset
    from unnest(commit_topics, commit_partitions, commit_tokens, commit_offsets)
      as c(topic, partition, token, next_offset)
    join topics t on t.name = c.topic
    where g.group_name = in_group and g.topic_id = t.id and g.partition = c.partition
      and g.member = in_member and g.token = c.token;
  end if;
  update group_members m set asleep = in_asleep
  where m.group_name = in_group and m.member = in_member and m.asleep <> in_asleep;
  if in_limit <= 0 then
    return;
  end if;
  select count(*) into held from group_partitions g
  where g.group_name = in_group and g.member = in_member;
  return query
    select t.name, e.partition, e."offset", e.key, e.value,
      (extract(epoch from clock_timestamp() - e.appended_at) * 1000)::double precision,
      g.generation, g.token
    from group_partitions g
    join topics t on t.id = g.topic_id
    cross join lateral (
      select o.* from events o
      where o.topic_id = g.topic_id and o.partition = g.partition and o."offset" >= g.next_offset
      order by o."offset"
      limit greatest(10, in_limit / greatest(held, 1))
    ) e
    where g.group_name = in_group and g.member = in_member
      and g.expires_at > clock_timestamp() and t.name = any(in_topics)
    order by g.topic_id, e.partition, e."offset";
end
$fetch$;
`;

import { NOT_PERMITTED, UNKNOWN_TOPIC } from './logFunctions.ts';

/*
 * `append` and `fetch` as each call of a shop that sells wants them: the usual case
 * takes few statements and plan nodes, and why something is refused is found out
 * once it is. Plans are generic: parameters are arrays, for which the planner holds
 * a plan of its own cheaper and made one at each call, which cost more than the
 * rest of it.
 */

/** Fails with the reason why a batch was not taken as a whole. */
export const explainRefusalFunction = `
create function event_log.explain_refusal(in_topics text[]) returns void
language plpgsql stable security definer set search_path = event_log, pg_temp as $explain$
declare
  refused text;
begin
  select string_agg(distinct asked.name, ',') into refused
  from unnest(in_topics) as asked(name)
  where not exists (select from topics t where t.name = asked.name);
  if refused is not null then
    raise exception 'unknown topic' using errcode = '${UNKNOWN_TOPIC}', detail = refused;
  end if;
  select string_agg(distinct asked.name, ',') into refused
  from unnest(in_topics) as asked(name)
  where not is_owner() and not exists (
    select from grants g join topics t on t.id = g.topic_id
    where g.role_name in (session_user, current_setting('role')::name)
      and g.action = 'append' and t.name = asked.name
  );
  if refused is not null then
    raise exception 'not permitted' using errcode = '${NOT_PERMITTED}', detail = refused;
  end if;
  raise exception 'a partition of % does not exist', in_topics;
end
$explain$;
`;

/** Replaces the first `append`: what the caller may not write is not counted as appended, so that one look less is made. */
export const leanAppendFunction = `
create or replace function event_log.append(
  in_topics text[], in_partitions smallint[], in_keys text[], in_ids uuid[], in_values text[]
) returns integer
language plpgsql security definer
set search_path = event_log, pg_temp set plan_cache_mode = force_generic_plan as $append$
declare
  owner boolean := pg_has_role(session_user, current_user, 'member');
  role name := current_setting('role');
  appended integer;
begin
  -- In one order, so that two batches never wait for each other; one event has one partition.
  if cardinality(in_ids) > 1 then
    perform from partitions p
    where (p.topic_id, p.partition) in (
      select t.id, r.partition
      from unnest(in_topics, in_partitions) as r(topic, partition)
      join topics t on t.name = r.topic
    )
    order by p.topic_id, p.partition
    for update;
  end if;
  with input as (
    select t.id as topic_id, r.partition, r.key, r.id, r.value,
      row_number() over place - 1 as place,
      count(*) over (partition by t.id, r.partition) as total
    from unnest(in_topics, in_partitions, in_keys, in_ids, in_values)
      with ordinality as r(topic, partition, key, id, value, n)
    join topics t on t.name = r.topic
    where owner or exists (
      select from grants g
      where g.role_name in (session_user, role) and g.action = 'append' and g.topic_id = t.id
    )
    window place as (partition by t.id, r.partition order by r.n)
  ),
  moved as (
    update partitions p set next_offset = p.next_offset + c.total
    from (select topic_id, partition, total from input where place = 0) c
    where p.topic_id = c.topic_id and p.partition = c.partition
    returning p.topic_id, p.partition, p.next_offset - c.total as base
  )
  insert into events (topic_id, partition, "offset", event_id, key, value, appended_at)
  select i.topic_id, i.partition, m.base + i.place, i.id, i.key, i.value, clock_timestamp()
  from input i join moved m using (topic_id, partition);
  get diagnostics appended = row_count;
  if appended <> cardinality(in_ids) then
    perform explain_refusal(in_topics);
  end if;
  if exists (
    select from group_members m
    where m.asleep and m.topics && in_topics and m.expires_at > clock_timestamp()
  ) then
    perform pg_notify('event_log', array_to_string(array(select distinct unnest(in_topics)), ','));
  end if;
  return appended;
end
$append$;
`;

/**
 * Replaces the first `fetch`: of the partitions that a member holds only those are read whose next offset the group has not
 * reached, and they share the limit. A caller without the grant is given nothing; `renew` tells him. `in_asleep` may be null: as
 * it was. As before, the commit need not reach the disk before it is answered, and the planner is kept to the primary key.
 */
export const leanFetchFunction = `
create or replace function event_log.fetch(
  in_group text, in_member text, in_topics text[], in_asleep boolean, in_limit integer,
  commit_topics text[], commit_partitions smallint[], commit_tokens bigint[], commit_offsets bigint[]
) returns table (
  topic text, part smallint, off bigint, key text, value text,
  age_ms double precision, generation integer, token bigint
)
language plpgsql security definer
set search_path = event_log, pg_temp set plan_cache_mode = force_generic_plan
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off as $fetch$
#variable_conflict use_column
declare
  owner boolean := pg_has_role(session_user, current_user, 'member');
  role name := current_setting('role');
begin
  if cardinality(commit_offsets) > 0 then
    perform set_config('synchronous_commit', 'off', true);
    update group_partitions g set next_offset = c.next_offset
    from unnest(commit_topics, commit_partitions, commit_tokens, commit_offsets)
      as c(topic, partition, token, next_offset)
    join topics t on t.name = c.topic
    where g.group_name = in_group and g.topic_id = t.id and g.partition = c.partition
      and g.member = in_member and g.token = c.token;
  end if;
  if in_asleep is not null then
    update group_members m set asleep = in_asleep
    where m.group_name = in_group and m.member = in_member and m.asleep <> in_asleep;
  end if;
  if in_limit <= 0 then
    return;
  end if;
  return query
    select t.name, e.partition, e."offset", e.key, e.value,
      (extract(epoch from clock_timestamp() - e.appended_at) * 1000)::double precision,
      n.generation, n.token
    from (
      select g.topic_id, g.partition, g.next_offset, g.generation, g.token, count(*) over () as total
      from group_partitions g
      join partitions p on p.topic_id = g.topic_id and p.partition = g.partition
      where g.group_name = in_group and g.member = in_member
        and g.next_offset < p.next_offset and g.expires_at > clock_timestamp()
    ) n
    join topics t on t.id = n.topic_id
    cross join lateral (
      select o.* from events o
      where o.topic_id = n.topic_id and o.partition = n.partition and o."offset" >= n.next_offset
      order by o."offset"
      limit greatest(10, in_limit / n.total)
    ) e
    where t.name = any(in_topics)
      and (owner or exists (
        select from grants a
        where a.role_name in (session_user, role) and a.action = 'consume'
          and a.group_name = in_group and a.topic_id = n.topic_id
      ))
    order by n.topic_id, e.partition, e."offset";
end
$fetch$;
`;

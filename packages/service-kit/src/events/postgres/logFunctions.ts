/*
 * Every function runs with the owner's rights and asks `session_user`, the role
 * that really connected, for its grants. `for update … order by` locks in sort
 * order, so that two batches over the same partitions cannot wait for each other
 * in a circle.
 */

/** SQLSTATEs of refusals; the detail names the topics. */
export const UNKNOWN_TOPIC = 'SF001';
export const NOT_PERMITTED = 'SF002';

export const appendFunction = `
create function event_log.append(
  in_topics text[], in_partitions smallint[], in_keys text[], in_ids uuid[], in_values text[]
) returns integer
language plpgsql security definer set search_path = event_log, pg_temp as $append$
declare
  refused text;
  appended integer;
begin
  select string_agg(distinct asked.name, ',') into refused
  from unnest(in_topics) as asked(name)
  where not exists (select from topics t where t.name = asked.name);
  if refused is not null then
    raise exception 'unknown topic' using errcode = '${UNKNOWN_TOPIC}', detail = refused;
  end if;

  if not is_owner() then
    select string_agg(distinct asked.name, ',') into refused
    from unnest(in_topics) as asked(name)
    where not exists (
      select from grants g join topics t on t.id = g.topic_id
      where g.role_name = session_user and g.action = 'append' and t.name = asked.name
    );
    if refused is not null then
      raise exception 'not permitted' using errcode = '${NOT_PERMITTED}', detail = refused;
    end if;
  end if;

  perform from partitions p
  where (p.topic_id, p.partition) in (
    select t.id, r.partition
    from unnest(in_topics, in_partitions) as r(topic, partition)
    join topics t on t.name = r.topic
  )
  order by p.topic_id, p.partition
  for update;

  with input as (
    select t.id as topic_id, r.partition, r.key, r.id, r.value,
      row_number() over place - 1 as place,
      count(*) over (partition by t.id, r.partition) as total
    from unnest(in_topics, in_partitions, in_keys, in_ids, in_values)
      with ordinality as r(topic, partition, key, id, value, n)
    join topics t on t.name = r.topic
    window place as (partition by t.id, r.partition order by r.n)
  ),
  moved as (
    update partitions p set next_offset = p.next_offset + c.total
    from (select distinct topic_id, partition, total from input) c
    where p.topic_id = c.topic_id and p.partition = c.partition
    returning p.topic_id, p.partition, p.next_offset - c.total as base
  )
  insert into events (topic_id, partition, "offset", event_id, key, value, appended_at)
  select i.topic_id, i.partition, m.base + i.place, i.id, i.key, i.value, clock_timestamp()
  from input i join moved m using (topic_id, partition);
  get diagnostics appended = row_count;
  if appended <> cardinality(in_ids) then
    raise exception 'a partition of % does not exist', in_topics;
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

/** Sets a group back. The new token makes the commit of a batch in hand change nothing. */
export const replayFunction = `
create function event_log.replay(in_group text, in_topics text[], in_from timestamptz) returns void
language plpgsql security definer set search_path = event_log, pg_temp as $replay$
begin
  perform require_group(in_group, in_topics);
  perform ensure_group(in_group, in_topics);
  perform from group_partitions g
  where g.group_name = in_group
    and g.topic_id in (select t.id from topics t where t.name = any(in_topics))
  order by g.topic_id, g.partition
  for update;
  update group_partitions g set
    generation = g.generation + 1,
    token = g.token + 1,
    next_offset = coalesce(
      (select e."offset" from events e
        where e.topic_id = g.topic_id and e.partition = g.partition
          and (in_from is null or e.appended_at >= in_from)
        order by e."offset" limit 1),
      (select p.next_offset from partitions p
        where p.topic_id = g.topic_id and p.partition = g.partition))
  where g.group_name = in_group
    and g.topic_id in (select t.id from topics t where t.name = any(in_topics));
  perform pg_notify('event_log', array_to_string(in_topics, ','));
end
$replay$;
`;

/** Deletes what is past its retention, a bounded number of rows of each partition a call. */
export const trimFunction = `
create function event_log.trim(in_step integer) returns bigint
language plpgsql security definer set search_path = event_log, pg_temp as $trim$
declare
  trimmed bigint;
begin
  if not pg_try_advisory_xact_lock(hashtextextended('shopfloor:event_log:trim', 0)) then
    return 0;
  end if;
  with old as (
    select e.topic_id, e.partition, e."offset"
    from partitions p
    cross join lateral (
      select * from (
        select o.* from events o
        where o.topic_id = p.topic_id and o.partition = p.partition
        order by o."offset" limit least(in_step, 10000)
      ) first_rows
      where first_rows.appended_at < clock_timestamp() - (select retention from settings)
    ) e
  ),
  gone as (
    delete from events e using old
    where e.topic_id = old.topic_id and e.partition = old.partition and e."offset" = old."offset"
    returning 1
  )
  select count(*) into trimmed from gone;
  return trimmed;
end
$trim$;
`;

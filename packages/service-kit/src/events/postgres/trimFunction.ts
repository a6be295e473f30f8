/** Replaces the first `trim`: the oldest event of a partition is looked at before a step of it is read, which mostly is not needed. */
export const leanTrimFunction = `
create or replace function event_log.trim(in_step integer) returns bigint
language plpgsql security definer set search_path = event_log, pg_temp as $trim$
declare
  since timestamptz := clock_timestamp() - (select retention from settings);
  trimmed bigint;
begin
  if not pg_try_advisory_xact_lock(hashtextextended('shopfloor:event_log:trim', 0)) then
    return 0;
  end if;
  with aged as materialized (
    select p.topic_id, p.partition
    from partitions p
    cross join lateral (
      select o.appended_at from events o
      where o.topic_id = p.topic_id and o.partition = p.partition
      order by o."offset" limit 1
    ) oldest
    where oldest.appended_at < since
  ),
  old as (
    select e.topic_id, e.partition, e."offset"
    from aged p
    cross join lateral (
      select * from (
        select o.* from events o
        where o.topic_id = p.topic_id and o.partition = p.partition
        order by o."offset" limit least(in_step, 10000)
      ) first_rows
      where first_rows.appended_at < since
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

import type { Statement } from '@shopfloor/service-kit';

const UNDER_WAY = `state not in ('done', 'cancelled')`;

/** $1 id, $2 who, $3 why. */
export const insertRebuild: Statement = {
  name: 'insert_rebuild',
  text: `insert into rebuilds (id, state, requested_by, reason) values ($1, 'requested', $2, $3)
         on conflict do nothing returning *`,
};

export const underWay: Statement = {
  name: 'rebuild_under_way',
  text: `select * from rebuilds where ${UNDER_WAY}`,
};

/** $1 id. */
export const findRebuild: Statement = {
  name: 'find_rebuild',
  text: 'select * from rebuilds where id = $1',
};

/** $1 limit. */
export const listRebuilds: Statement = {
  name: 'list_rebuilds',
  text: 'select * from rebuilds order by requested_at desc, id desc limit $1',
};

/** $1 id. One that is over stays as it is. */
export const cancelRebuild: Statement = {
  name: 'cancel_rebuild',
  text: `update rebuilds set state = 'cancelled', finished_at = now() where id = $1 and ${UNDER_WAY}`,
};

/** $1 holder, $2 seconds. */
export const leaseRebuild: Statement = {
  name: 'lease_rebuild',
  text: `
    update rebuilds set lease_holder = $1, lease_until = now() + make_interval(secs => $2::float8)
    where id = (
      select id from rebuilds
      where ${UNDER_WAY} and (lease_holder = $1 or lease_until < now())
      for update skip locked
    )
    returning *`,
};

/** $1 holder. */
export const releaseRebuild: Statement = {
  name: 'release_rebuild',
  text: `update rebuilds set lease_until = '-infinity' where lease_holder = $1 and ${UNDER_WAY}`,
};

/** $1 id, $2 holder, $3 state, $4 generation, $5 documents, $6 error; null leaves as it is, but the error. */
export const updateRebuild: Statement = {
  name: 'update_rebuild',
  text: `
    update rebuilds set
      state = coalesce($3, state),
      generation = coalesce($4::integer, generation),
      documents = coalesce($5::bigint, documents),
      last_error = $6,
      copied = case when $3 = 'requested' then 0 else copied end,
      copied_to = case when $3 = 'requested' then null else copied_to end,
      finished_at = case when $3 = 'done' then now() end
    where id = $1 and lease_holder = $2 and lease_until > now() and ${UNDER_WAY}
    returning id`,
};

/** $1 id, $2 holder, $3 limit. */
export const copyStep: Statement = {
  name: 'copy_step',
  text: `
    with rebuild as (
      select id, generation, copied_to from rebuilds
      where id = $1 and lease_holder = $2 and lease_until > now() and state = 'copying'
      for update
    ), next as (
      select p.product_id from product_sources p, rebuild
      where rebuild.copied_to is null or p.product_id > rebuild.copied_to
      order by p.product_id limit $3
    ), queued as (
      insert into index_queue (product_id, generation)
      select product_id, generation from next, rebuild
    )
    update rebuilds set
      copied = rebuilds.copied + (select count(*) from next),
      copied_to = coalesce(
        (select product_id from next order by product_id desc limit 1), rebuilds.copied_to)
    from rebuild where rebuilds.id = rebuild.id
    returning (select count(*) from next)::int as copied`,
};

/** $1 id, $2 events. */
export const countReplayed: Statement = {
  name: 'count_replayed',
  text: 'update rebuilds set replayed = replayed + $2 where id = $1',
};

/** $1 generation. */
export const forgetQueue: Statement = {
  name: 'forget_queue',
  text: 'delete from index_queue where generation = $1 and generation <> 0',
};

import type { Statement } from '../postgres/Database.ts';

/**
 * Takes the key, or says who has it. A lease that ran out is taken over: the process
 * that held it was killed. An expired key is as if it had never been.
 *
 * No row comes back when another transaction inserted the key after this statement
 * began; asked again, it is seen.
 */
export const beginStatement: Statement = {
  name: 'idempotency_begin',
  text: `
    with taken as (
      insert into idempotency_keys as k
        (caller, operation, key, fingerprint, resource_id, lease_token, leased_until, expires_at)
      values ($1, $2, $3, $4, $5, $6,
        now() + $7::int * interval '1 millisecond', now() + $8::int * interval '1 second')
      on conflict (caller, operation, key) do update set
        fingerprint = excluded.fingerprint,
        resource_id = case when k.expires_at <= now() then excluded.resource_id else k.resource_id end,
        attempt = case when k.expires_at <= now() then 1 else k.attempt + 1 end,
        created_at = case when k.expires_at <= now() then now() else k.created_at end,
        expires_at = case when k.expires_at <= now() then excluded.expires_at else k.expires_at end,
        lease_token = excluded.lease_token,
        leased_until = excluded.leased_until,
        status = null, headers = null, body = null
      where k.expires_at <= now()
        or (k.status is null and k.leased_until <= now() and k.fingerprint = excluded.fingerprint)
      returning k.resource_id, k.attempt
    )
    select 'taken' as state, resource_id, attempt, null::smallint as status,
      null::jsonb as headers, null::bytea as body, 0 as wait_ms
    from taken
    union all
    select case
        when fingerprint <> $4 then 'other-body'
        when status is null then 'running'
        else 'done'
      end, resource_id, attempt, status, headers, body,
      greatest(0, ceil(extract(epoch from leased_until - now()) * 1000))::int
    from idempotency_keys
    where caller = $1 and operation = $2 and key = $3
      and not exists (select from taken)`,
};

/** Stores the answer, unless somebody else has taken over. */
export const completeStatement: Statement = {
  name: 'idempotency_complete',
  text: `
    update idempotency_keys
    set status = $5, headers = $6, body = $7, leased_until = now()
    where caller = $1 and operation = $2 and key = $3 and lease_token = $4 and status is null
    returning true as stored`,
};

/** Gives the lease back without an answer, so that a retry begins at once. */
export const releaseStatement: Statement = {
  name: 'idempotency_release',
  text: `
    update idempotency_keys set leased_until = now()
    where caller = $1 and operation = $2 and key = $3 and lease_token = $4 and status is null`,
};

/** Removes keys that have expired, a bounded number at a time, beside other instances. */
export const trimStatement: Statement = {
  name: 'idempotency_trim',
  text: `
    with expired as (
      select caller, operation, key from idempotency_keys
      where expires_at <= now() order by expires_at limit $1
      for update skip locked
    )
    delete from idempotency_keys k using expired e
    where k.caller = e.caller and k.operation = e.operation and k.key = e.key
    returning true as removed`,
};

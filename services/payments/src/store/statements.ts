import { outboxInsert, type Statement } from '@shopfloor/service-kit';

/** A payment with its operations and disputes; `p` is the payment. Amounts inside JSON are text, since they are 64 bits wide. */
const PAYMENT = `
  p.payment_id, p.order_id, p.provider, p.provider_payment_id, p.provider_version, p.amount, p.currency, p.token_hash,
  p.return_url, p.expires_in_seconds, p.expires_at, p.state, p.authorised, p.captured, p.refunded, p.capture_reserved,
  p.refund_reserved, p.decline_code, p.next_action_url, p.authorisation_expires_at, p.close_reason, p.version,
  p.expires_at <= now() as overdue,
  coalesce((
    select jsonb_agg(jsonb_build_object('id', o.operation_id, 'kind', o.kind, 'amount', o.amount::text, 'state', o.state,
      'final', o.final, 'reason', o.reason, 'failure_code', o.failure_code, 'attempts', o.attempts)
      order by o.created_at, o.operation_id)
    from operations o where o.payment_id = p.payment_id), '[]') as operations,
  coalesce((
    select jsonb_agg(jsonb_build_object('id', d.provider_dispute_id, 'amount', d.amount::text, 'state', d.state)
      order by d.provider_dispute_id)
    from disputes d where d.payment_id = p.payment_id), '[]') as disputes`;

export const find: Statement = {
  name: 'find_payment',
  text: `select ${PAYMENT} from payments p where p.payment_id = $1`,
};

/** A payment with the intent to authorise it. $9 is for how many seconds nobody else asks. */
export const insert: Statement = {
  name: 'insert_payment',
  text: `
    with created as (
      insert into payments (payment_id, order_id, provider, amount, currency, token_hash, return_url, expires_in_seconds, expires_at)
      values ($1, $2, $3, $4, $5, $6, $7, $8, now() + make_interval(secs => $8::integer))
      on conflict do nothing
      returning payment_id, expires_at
    ),
    intent as (
      insert into operations (operation_id, payment_id, kind, next_attempt_at)
      select payment_id, payment_id, 'authorise', now() + make_interval(secs => $9) from created
    )
    select expires_at from created`,
};

/** Reserves and records a capture in one conditional statement. */
export const intendCapture: Statement = {
  name: 'intend_capture',
  text: `
    with reserved as (
      update payments set capture_reserved = capture_reserved + $3
      where payment_id = $1 and state in ('authorised', 'partially-captured') and close_reason is null
        and authorisation_expires_at > now()
        and capture_reserved + $3 <= authorised
        and ($4 or capture_reserved = 0) and ($5 or $3 = authorised)
        and not exists (select from operations where operation_id = $2)
      returning payment_id
    )
    insert into operations (operation_id, payment_id, kind, amount, final, next_attempt_at)
    select $2, payment_id, 'capture', $3, $6, now() + make_interval(secs => $7) from reserved
    returning operation_id`,
};

/** Reserves and records a refund in one conditional statement. */
export const intendRefund: Statement = {
  name: 'intend_refund',
  text: `
    with reserved as (
      update payments set refund_reserved = refund_reserved + $3
      where payment_id = $1 and refund_reserved + $3 <= captured
        and not exists (select from operations where operation_id = $2)
      returning payment_id
    )
    insert into operations (operation_id, payment_id, kind, amount, reason, next_attempt_at)
    select $2, payment_id, 'refund', $3, $4, now() + make_interval(secs => $5) from reserved
    returning operation_id`,
};

/** Records that a payment is let go, and why. Not while a capture is on its way. */
export const intendVoid: Statement = {
  name: 'intend_void',
  text: `
    with closing as (
      update payments set close_reason = coalesce(close_reason, $3)
      where payment_id = $1 and state in ('pending', 'requires-action', 'authorised', 'partially-captured')
        and capture_reserved = captured
      returning payment_id
    )
    insert into operations (operation_id, payment_id, kind, reason, next_attempt_at)
    select $2, payment_id, 'void', $3, now() + make_interval(secs => $4) from closing
    on conflict do nothing
    returning operation_id`,
};

export const intendReauthorise: Statement = {
  name: 'intend_reauthorise',
  text: `
    insert into operations (operation_id, payment_id, kind, next_attempt_at)
    select $2, payment_id, 'reauthorise', now() + make_interval(secs => $3) from payments
    where payment_id = $1 and state in ('authorised', 'partially-captured') and close_reason is null
    on conflict do nothing
    returning operation_id`,
};

/** Both sides of what an operation or a dispute moves. */
const SIDES = `(values
  ('capture', 'cardholders', 'merchant'), ('refund', 'merchant', 'cardholders'),
  ('dispute-opened', 'merchant', 'dispute-reserve'), ('dispute-won', 'dispute-reserve', 'merchant'),
  ('dispute-lost', 'dispute-reserve', 'cardholders'))`;

/** Both sides in the ledger of what was settled and disputed, for members of these names. */
const POSTINGS = `,
    disputed as (
      insert into disputes as d (provider, provider_dispute_id, payment_id, amount, state)
      select c.provider, x.id, c.payment_id, x.amount, x.state
      from changed c, jsonb_to_recordset($18) as x(id text, amount bigint, state text)
      on conflict (provider, provider_dispute_id) do update set state = excluded.state, updated_at = now()
        where d.state = 'opened'
      returning provider_dispute_id
    ),
    moved as (
      select kind as movement, operation_id::text as object_id, amount from settled
        where state = 'succeeded' and kind in ('capture', 'refund')
      union all
      select m.movement, x.id, x.amount from disputed
        join jsonb_to_recordset($18) as x(id text, amount bigint, state text) on x.id = disputed.provider_dispute_id
        -- A dispute that is first seen decided has been opened, too.
        cross join lateral (select 'dispute-opened' as movement union select 'dispute-' || x.state) m
    ),
    posted as (
      insert into postings (payment_id, kind, object_id, debit, credit, amount, currency)
      select c.payment_id, m.movement, m.object_id, s.debit, s.credit, m.amount, c.currency
      from changed c, moved m join ${SIDES} as s(movement, debit, credit) on s.movement = m.movement
      on conflict (kind, object_id) do nothing
    )`;

/** Writes a lesson, unless the payment has changed since it was read. Reservations change by what was settled: intents come without a version. */
const applyLesson = (name: string, postings: string): Statement => ({
  name,
  text: `
    with changed as (
      update payments p set version = p.version + 1, updated_at = now(), state = $3, provider_payment_id = $4,
        provider_version = $5, authorised = $6, captured = $7, refunded = $8,
        capture_reserved = p.capture_reserved + $9, refund_reserved = p.refund_reserved + $10,
        decline_code = $11, next_action_url = $12, authorisation_expires_at = $13,
        refresh_at = case when p.refresh_at is not distinct from $14::timestamptz then $15 else least(p.refresh_at, $15) end
      where p.payment_id = $1 and p.version = $2
      returning p.payment_id, p.provider, p.currency, p.version
    ),
    settled as (
      update operations o set state = s.state, provider_object_id = coalesce(s.object_id, o.provider_object_id),
        failure_code = s.failure_code, settled_at = now()
      from changed, jsonb_to_recordset($16) as s(operation_id uuid, state text, object_id text, failure_code text)
      where o.operation_id = s.operation_id and o.payment_id = changed.payment_id and o.state <> 'succeeded'
      returning o.operation_id, o.kind, o.amount, o.state
    )${postings}${outboxInsert(17, { from: 'changed' })}
    select version from changed`,
});

/** A lesson that moves no money, as most are. */
export const apply = applyLesson('apply_lesson', '');

/** A lesson with captures, refunds or disputes; $18 are the disputes. */
export const applyMovements = applyLesson('apply_movements', POSTINGS);

/** Nothing was learnt: only when to ask next. */
export const rest: Statement = {
  name: 'rest_payment',
  text: `
    update payments set refresh_at = case when refresh_at is not distinct from $2::timestamptz then $3 else least(refresh_at, $3) end
    where payment_id = $1`,
};

/** Takes payments that are to be read again; each is left to the taker for $1 seconds. */
export const claimRefreshes: Statement = {
  name: 'claim_refreshes',
  text: `
    update payments p set refresh_at = now() + make_interval(secs => $1)
    where payment_id in (
      select payment_id from payments where refresh_at <= now()
      order by refresh_at limit $2 for update skip locked
    )
    returning p.payment_id, p.refresh_at::text as lease,
      p.state = 'requires-action' and p.expires_at <= now() as overdue,
      p.state in ('authorised', 'partially-captured') and p.close_reason is null
        and p.authorisation_expires_at <= now() + make_interval(secs => $3) and p.authorisation_expires_at > now() as ends_soon`,
};

/** Takes operations whose outcome is not known; each is left to the taker for $1 seconds and longer with each attempt. */
export const claimOperations: Statement = {
  name: 'claim_operations',
  text: `
    update operations o set attempts = attempts + 1,
      next_attempt_at = now() + make_interval(secs => $1 + least(60, power(2, least(attempts, 6))))
    where operation_id in (
      select operation_id from operations where state = 'pending' and next_attempt_at <= now()
      order by next_attempt_at limit $2 for update skip locked
    )
    returning o.operation_id, o.payment_id, extract(epoch from now() - o.created_at)::float8 as age_seconds`,
};

/** Takes an operation that nobody asks for now, for whoever holds its request. */
export const retryOperation: Statement = {
  name: 'retry_operation',
  text: `update operations set attempts = attempts + 1, next_attempt_at = now() + make_interval(secs => $2)
    where operation_id = $1 and state = 'pending' and next_attempt_at <= now()
    returning operation_id`,
};

/** Makes an operation due again soon. */
export const hurryOperation: Statement = {
  name: 'hurry_operation',
  text: `update operations set next_attempt_at = least(next_attempt_at, now() + make_interval(secs => $2))
    where operation_id = $1 and state = 'pending'`,
};

/** Takes a webhook: once, and only while its signature is fresh by the database clock. What it means is found out later, unless it tells of a version ($7) that is known. */
export const takeWebhook: Statement = {
  name: 'take_webhook',
  text: `
    with taken as (
      insert into webhook_events (provider, event_id, type, payment_id)
      select $1, $2, $3, $4 where abs(extract(epoch from now()) - $5) <= $6
      on conflict do nothing
      returning event_id
    ),
    hinted as (
      update payments set refresh_at = least(refresh_at, now())
      where payment_id = $4 and provider = $1 and exists (select from taken)
        and ($7::bigint is null or provider_version < $7)
      returning payment_id
    )
    select abs(extract(epoch from now()) - $5) <= $6 as fresh, exists (select from taken) as is_new,
      exists (select from hinted) as news`,
};

export const dropOldWebhooks: Statement = {
  name: 'drop_old_webhooks',
  text: `delete from webhook_events where received_at < now() - interval '30 days'`,
};

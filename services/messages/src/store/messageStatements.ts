import { outboxInsert, type Statement } from '@shopfloor/service-kit';
import { fanOut } from './webhookStatements.ts';

const columns = `m.message_id, m.kind, m.audience, m.order_id, m.order_number, m.state, m.attempts, m.language,
  m.failure, m.resend_of, m.created_at, m.updated_at, m.sent_at, m.next_attempt_at`;

/** Notes the message that an event asks for, perhaps claimed ($11 attempts, for $12 seconds), whose the order is where that is told, and what receivers are told. */
export const queueStatement: Statement = {
  name: 'message_queue',
  text: `
    with queued as (
      insert into messages (message_id, event_id, kind, audience, order_id, order_number, facts, attempts, next_attempt_at)
      values ($1, $2, $3, $4, $5, $6, $7, $11, now() + make_interval(secs => $12))
      on conflict do nothing
      returning message_id
    ), owned as (
      insert into order_customers (order_id, customer_id)
      select $5::uuid, $8::text
      where $8::text is not null and not exists (select from erasures where customer_id = $8::text)
      on conflict do nothing
    ), ${fanOut({ id: '$2', type: '$9', body: '$10' })}
    select (select message_id from queued), (select count(*)::int from told) as deliveries`,
};

export const noteParcelStatement: Statement = {
  name: 'parcel_note',
  text: `
    with noted as (
      insert into parcels (shipment_id, version, order_id, carrier, tracking_id, lines)
      values ($1, $2, $3, $4, $5, $6) on conflict do nothing
    ), ${fanOut({ id: '$7', type: '$8', body: '$9' })}
    select count(*)::int as deliveries from told`,
};

export const eraseStatement: Statement = {
  name: 'customer_erase',
  text: `
    with remembered as (
      insert into erasures (customer_id) values ($1) on conflict do nothing
    ), orders as (
      delete from order_customers where customer_id = $1 returning order_id
    ), withdrawn as (
      update messages set state = 'withdrawn', next_attempt_at = null, failure = 'erased', updated_at = now()
      where state = 'queued' and audience = 'shopper' and order_id in (select order_id from orders)
    ), gone as (
      delete from parcels where order_id in (select order_id from orders)
    )${outboxInsert(2)}
    select 1 as done`,
};

export const claimDueStatement: Statement = {
  name: 'messages_claim_due',
  text: `
    with due as (
      select message_id from messages where state = 'queued' and next_attempt_at <= now()
      order by next_attempt_at limit $1 for update skip locked
    )
    update messages m set attempts = attempts + 1, next_attempt_at = now() + make_interval(secs => $2)
    from due where m.message_id = due.message_id
    returning ${columns}, m.facts`,
};

export const parcelsOfStatement: Statement = {
  name: 'parcels_of_shipment',
  text: `
    select shipment_id, version, order_id, carrier, tracking_id, lines
    from parcels where shipment_id = $1 order by version`,
};

export const suppressedStatement: Statement = {
  name: 'suppressions_of',
  text: `select scope from suppressions where recipient = $1`,
};

/** Begins an attempt, unless its recipient ($5) gets nothing of what is optional ($6) or nothing at all. */
export const beginAttemptStatement: Statement = {
  name: 'attempt_begin',
  text: `
    with suppressed as (
      select from suppressions where recipient = $5 and (scope = 'all' or $6::boolean) limit 1
    ), begun as (
      insert into message_attempts (message_id, attempt)
      select $1::uuid, $2::integer where not exists (select from suppressed)
      on conflict do nothing
    ), owned as (
      insert into order_customers (order_id, customer_id)
      select $3::uuid, $4::text
      where $4::text is not null and not exists (select from suppressed)
        and not exists (select from erasures where customer_id = $4::text)
      on conflict (order_id) do update set customer_id = excluded.customer_id
        where order_customers.customer_id <> excluded.customer_id
    )
    select exists (select from suppressed) as suppressed, exists (
      select from message_attempts where message_id = $1 and ended_at is null
    ) as unknown_before`,
};

export const endAttemptStatement: Statement = {
  name: 'attempt_end',
  // A message that was withdrawn meanwhile stays so, and one that is settled is not unsettled.
  text: `
    with ended as (
      update message_attempts set ended_at = now(), outcome = $3
      where message_id = $1 and attempt = $2
    )
    update messages set state = $4, updated_at = now(), failure = $6,
      language = coalesce($7, language),
      sent_at = case when $4 = 'sent' then now() end,
      next_attempt_at = case when $4 = 'queued' then now() + make_interval(secs => $5) end
    where message_id = $1 and state = 'queued'`,
};

export const findStatement: Statement = {
  name: 'message_find',
  text: `
    select ${columns}, coalesce((
      select json_agg(json_build_object('attempt', a.attempt, 'beganAt', a.began_at,
        'endedAt', a.ended_at, 'outcome', a.outcome) order by a.attempt)
      from message_attempts a where a.message_id = m.message_id
    ), '[]') as history
    from messages m where m.message_id = $1`,
};

/** The staff's list, by filter, so that each is planned for its index. Parameters: limit, then those used. */
export function listStatement(filter: {
  orderId: boolean;
  state: boolean;
  after: boolean;
}): Statement {
  const conditions: string[] = [];
  let name = 'messages_list';
  let n = 2;
  for (const [used, label, condition] of [
    [filter.orderId, 'order', 'm.order_id ='],
    [filter.state, 'state', 'm.state ='],
    [filter.after, 'after', 'm.message_id <'],
  ] as const) {
    if (used) {
      conditions.push(`${condition} $${n}`);
      name += `_${label}`;
      n += 1;
    }
  }
  return {
    name,
    text: `select ${columns} from messages m
      ${conditions.length > 0 ? `where ${conditions.join(' and ')}` : ''}
      order by m.message_id desc limit $1`,
  };
}

export const resendStatement: Statement = {
  name: 'message_resend',
  text: `
    with made as (
      insert into messages (message_id, event_id, kind, audience, order_id, order_number, facts, resend_of)
      select $2, event_id, kind, audience, order_id, order_number, facts, message_id
      from messages where message_id = $1
      -- Touched, so that one which another request made meanwhile is seen as well.
      on conflict (message_id) do update set message_id = excluded.message_id
        where messages.resend_of = excluded.resend_of
      returning *
    )
    select ${columns} from made m`,
};

export const suppressStatement: Statement = {
  name: 'suppress',
  text: `insert into suppressions (recipient, scope, source) values ($1, $2, $3) on conflict do nothing`,
};

export const unsuppressStatement: Statement = {
  name: 'unsuppress',
  text: `delete from suppressions where recipient = $1 returning scope`,
};

export const ofCustomerStatement: Statement = {
  name: 'messages_of_customer',
  text: `
    select ${columns} from messages m join order_customers c using (order_id)
    where c.customer_id = $1 and m.audience = 'shopper' order by m.message_id`,
};

export const deleteOldStatement: Statement = {
  name: 'messages_delete_old',
  text: `
    with old_messages as (
      delete from messages where message_id in (
        select message_id from messages
        where created_at < now() - make_interval(days => $1) and state <> 'queued'
        order by created_at limit $2)
      returning order_id
    ), old_parcels as (
      delete from parcels where (shipment_id, version) in (
        select shipment_id, version from parcels
        where created_at < now() - make_interval(days => $1) order by created_at limit $2)
      returning 1
    ), old_deliveries as (
      delete from webhook_deliveries where delivery_id in (
        select delivery_id from webhook_deliveries
        where created_at < now() - make_interval(days => $1) and state <> 'queued'
        order by created_at limit $2)
      returning 1
    ), old_orders as (
      delete from order_customers c
      where c.order_id in (select order_id from old_messages)
        and not exists (
          select from messages m where m.order_id = c.order_id
            and m.created_at >= now() - make_interval(days => $1))
        -- A mail that began while its customer was erased did not see it.
        or c.customer_id in (select customer_id from erasures)
    )
    select (select count(*) from old_messages) + (select count(*) from old_parcels)
      + (select count(*) from old_deliveries) as deleted`,
};

export const countWaitingStatement: Statement = {
  name: 'messages_count_waiting',
  text: `
    select
      (select count(*) from messages where state = 'queued') as queued,
      (select count(*) from messages where state = 'dead') as dead,
      coalesce((
        select extract(epoch from now() - min(created_at)) from messages where state = 'queued'
      ), 0)::float8 as oldest_seconds`,
};

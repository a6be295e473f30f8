import { outboxInsert, type Statement } from '@shopfloor/service-kit';
import { ORDER_COLUMNS, PROGRESS_COLUMNS } from './placeStatements.ts';

/** Gives the uses of promotions back that an order claimed; reads member `moved`. */
const RELEASE_PROMOTIONS = `
  returned_uses as (
    select m.owner, c."promotionId" as promotion_id, c.uses
    from moved m, jsonb_to_recordset(m.content -> 'usageClaims')
      as c("promotionId" uuid, uses bigint)
    where m.gives_back
  ),
  returned_promotions as (
    update promotions p set used = p.used - r.uses
    from returned_uses r where p.id = r.promotion_id and p.used >= r.uses
  ),
  returned_shoppers as (
    update promotion_shoppers s set used = s.used - r.uses
    from returned_uses r
    where s.promotion_id = r.promotion_id and s.owner = r.owner and s.used >= r.uses
  )`;

/** What an advance has to do besides; a statement that does less has less to set up at each execution. */
export interface AdvanceNeeds {
  /** Publishes events. */
  events: boolean;
  /** Gives uses of promotions back. */
  givesBack: boolean;
}

function makeAdvance({ events, givesBack }: AdvanceNeeds): Statement {
  return {
    name: `advance_order${events ? '_events' : ''}${givesBack ? '_back' : ''}`,
    text: `
  with moved as (
    update orders o set
      state = $3, version = o.version + 1, attempts = 0, updated_at = now(),
      failure = coalesce($6::jsonb, o.failure),
      due_at = case
        when $3 = 'awaiting-payment' and o.payment_hint > coalesce($10::bigint, o.payment_version) then now()
        else now() + $7::double precision * interval '1 ms' end,
      leased_until = now() + $8::double precision * interval '1 ms',
      payment_state = coalesce($9, o.payment_state),
      payment_version = coalesce($10::bigint, o.payment_version),
      payment_deadline = coalesce(now() + $11::double precision * interval '1 ms', o.payment_deadline),
      capture_policy = coalesce($12, o.capture_policy),
      captured = o.captured + $13::bigint,
      refunded = o.refunded + $14::bigint,
      ${givesBack ? 'uses_returned = true,' : ''}
      confirmed_at = case when $3 = 'requesting-shipment' then coalesce(o.confirmed_at, now()) else o.confirmed_at end,
      care_from = case when $3 = 'care' then o.state end,
      care_reason = case when $3 = 'care' then $15 end
    where o.id = $1 and o.version = $2
      and ($10::bigint is null or $10::bigint >= o.payment_version)
    returning o.*, old.state as from_state, not old.uses_returned as gives_back
  ),
  history as (
    insert into order_history (order_id, at, from_state, to_state, signal, actor, detail)
    select m.id, clock_timestamp() - h.ago_ms * interval '1 ms',
      coalesce(h.from_state, m.from_state), h.to_state, h.signal, $4, h.detail
    from moved m, jsonb_to_recordset($5::jsonb) as h(
      ago_ms double precision, from_state text, to_state text, signal text, detail jsonb)
  )
  ${givesBack ? `, ${RELEASE_PROMOTIONS}` : ''}
  ${events ? outboxInsert(16, { from: 'moved', version: 'version' }) : ''}
  select ${PROGRESS_COLUMNS} from moved o`,
  };
}

/** Made once, since an order advances by one of these at each step. */
const ADVANCES = [true, false].flatMap(events =>
  [true, false].map(givesBack => {
    const needs = { events, givesBack };
    return { ...needs, statement: makeAdvance(needs) };
  }),
);

/**
 * Moves an order from one state to the next, with its history and events, when it
 * is still at the version one has. A payment older than the one last read moves
 * nothing: states never regress.
 *
 * Parameters: id, version, new state, actor, moves for the history as JSON, failure,
 * due in ms (null: never), lease in ms (0: none), payment state, payment version,
 * payment deadline in ms, capture policy, captured and refunded to add, care reason,
 * events where there are any.
 */
export function advanceStatement(needs: AdvanceNeeds): Statement {
  return ADVANCES.find(
    ({ events, givesBack }) =>
      events === needs.events && givesBack === needs.givesBack,
  )!.statement;
}

/** Leaves an order where it is and says when to look again. Parameters: id, version, due in ms (null: never), attempts that count. */
export const postponeStatement: Statement = {
  name: 'postpone_order',
  text: `
  update orders set version = version + 1, attempts = attempts + $4::integer,
    leased_until = '-infinity',
    due_at = now() + $3::double precision * interval '1 ms'
  where id = $1 and version = $2
  returning version`,
};

/** Takes the lease of one order that nobody works on. Parameters: id, version, lease in ms. */
export const claimStatement: Statement = {
  name: 'claim_order',
  text: `
  update orders o set version = version + 1,
    leased_until = now() + $3 * interval '1 ms', due_at = now() + $3 * interval '1 ms'
  where o.id = $1 and o.version = $2 and o.leased_until <= now()
  returning ${ORDER_COLUMNS}`,
};

/** Takes the leases of orders that are due. Parameters: most, lease in ms. */
export const claimDueStatement: Statement = {
  name: 'claim_due_orders',
  text: `
  with due as (
    select id from orders
    where due_minute <= now() and due_at <= now() and leased_until <= now()
    order by due_minute, due_at limit $1 for no key update skip locked
  )
  update orders o set version = o.version + 1,
    leased_until = now() + $2 * interval '1 ms', due_at = now() + $2 * interval '1 ms'
  from due where o.id = due.id
  returning ${ORDER_COLUMNS}`,
};

/** An order for its process. */
export const findOrderStatement: Statement = {
  name: 'find_order',
  text: `select ${ORDER_COLUMNS} from orders o where o.id = $1`,
};

/** Holds an order until the end of the transaction. What it is then is read by a later statement. */
export const holdOrderStatement: Statement = {
  name: 'hold_order',
  text: `select from orders where id = $1 for no key update`,
};

/** Notes that a payment changed; gives a row when that wakes the order, which waited for it. Parameters: order id, payment version. */
export const hintStatement: Statement = {
  name: 'hint_payment',
  text: `
  with hinted as (
    update orders set payment_hint = $2,
      due_at = case when state in ('awaiting-payment', 'rejected', 'cancelled')
        then now() else due_at end
    where id = $1 and payment_hint < $2 and payment_version < $2
      and state in ('reserving', 'authorising', 'awaiting-payment', 'rejected', 'cancelled')
    returning state
  )
  select state from hinted
  where state in ('awaiting-payment', 'rejected', 'cancelled')`,
};

/** Makes an order due now, whatever it waits for. */
export const wakeStatement: Statement = {
  name: 'wake_order',
  text: `update orders set due_at = now() where id = $1`,
};

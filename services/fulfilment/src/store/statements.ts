import { outboxInsert, type Statement } from '@shopfloor/service-kit';

/** A shipment with its parcels and tracking, from a table or member named `s`. */
const view = `
  s.shipment_id, s.order_id, s.option_id, s.carrier, s.sample, s.state, s.version, s.lines,
  s.min_days, s.max_days, s.created_at, s.updated_at,
  coalesce((
    select json_agg(json_build_object('parcelId', p.parcel_id, 'trackingId', p.tracking_id, 'lines', p.lines,
      'dispatchedAt', p.dispatched_at, 'deliveredAt', p.delivered_at) order by p.dispatched_at, p.parcel_id)
    from parcels p where p.shipment_id = s.shipment_id
  ), '[]') as parcels,
  coalesce((
    select json_agg(json_build_object('code', t.code, 'at', t.occurred_at, 'parcelId', t.parcel_id) order by t.occurred_at, t.id)
    from tracking_events t where t.shipment_id = s.shipment_id
  ), '[]') as events`;

export const createStatement: Statement = {
  name: 'shipment_create',
  text: `
    insert into shipments (shipment_id, order_id, customer_id, option_id, carrier, sample, lines,
      min_days, max_days, address, request_hash, next_check_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, now() + make_interval(secs => $12))
    on conflict (shipment_id) do nothing
    returning created_at, updated_at`,
};

/** A shipment that was made before, with the hash of its request. */
export const findMadeStatement: Statement = {
  name: 'shipment_find_made',
  text: `select ${view}, s.request_hash from shipments s where s.shipment_id = $1`,
};

export const findStatement: Statement = {
  name: 'shipment_find',
  text: `select ${view}, s.address, s.address_erased_at from shipments s where s.shipment_id = $1`,
};

export const ofOrderStatement: Statement = {
  name: 'shipments_of_order',
  text: `select ${view} from shipments s where s.order_id = $1 order by s.created_at, s.shipment_id`,
};

/** Statements of the staff's list, by filter, so that each is planned for its index. */
export function listStatement(filter: {
  state: boolean;
  after: boolean;
}): Statement {
  // Ids are made in the order of time; parameters: limit, then those that are used.
  const conditions: string[] = [];
  if (filter.after) {
    conditions.push('s.shipment_id < $2');
  }
  if (filter.state) {
    conditions.push(`s.state = $${filter.after ? 3 : 2}`);
  }
  return {
    name: `shipments_list${filter.after ? '_after' : ''}${filter.state ? '_state' : ''}`,
    text: `select ${view} from shipments s
      ${conditions.length > 0 ? `where ${conditions.join(' and ')}` : ''}
      order by s.shipment_id desc limit $1`,
  };
}

/** Locks every shipment of the order, in one order for all, so that "the last one" is decided by one at a time. */
export const lockOrderOfStatement: Statement = {
  name: 'shipments_lock_order_of',
  text: `
    select shipment_id, order_id from shipments
    where order_id = (select order_id from shipments where shipment_id = $1)
    order by shipment_id for update`,
};

export const lockOrderStatement: Statement = {
  name: 'shipments_lock_order',
  text: `
    select shipment_id from shipments where order_id = $1
    order by shipment_id for update`,
};

/**
 * Writes a change. With a version ($9), only to that one and only where the order has no other shipment, whose state could have been
 * part of the decision; without, the shipments of the order are locked.
 */
export const changeStatement: Statement = {
  name: 'shipment_change',
  text: `
    with changed as (
      update shipments s set
        state = $2, lines = $3, version = version + 1, updated_at = now(),
        closed_at = case when $4::boolean then coalesce(closed_at, now()) else closed_at end,
        next_check_at = case when $4::boolean then null else next_check_at end
      where s.shipment_id = $1 and ($9::integer is null or s.version = $9::integer and not exists (
        select from shipments other where other.order_id = s.order_id and other.shipment_id <> s.shipment_id))
      returning s.*
    ), new_parcel as (
      insert into parcels (parcel_id, shipment_id, tracking_id, lines, closes)
      select p."parcelId", changed.shipment_id, p."trackingId", p.lines, p.closes
      from changed, jsonb_to_recordset($5) as p("parcelId" uuid, "trackingId" text, lines jsonb, closes boolean)
      returning parcel_id
    ), arrived as (
      update parcels set delivered_at = now()
      where $6::boolean and delivered_at is null and shipment_id in (select shipment_id from changed)
      returning parcel_id
    ), tracked as (
      insert into tracking_events (shipment_id, code, parcel_id, occurred_at)
      select changed.shipment_id, t.code, t."parcelId", coalesce(t.at, now())
      from changed, jsonb_to_recordset($7) as t(code text, "parcelId" uuid, at timestamptz)
      on conflict do nothing
      returning id
    )${outboxInsert(8, { from: 'changed', version: 'version' })}
    select updated_at from changed`,
};

export const insertReturnStatement: Statement = {
  name: 'return_insert',
  text: `
    with received as (
      insert into returns (return_id, order_id, lines) values ($1, $2, $3)
      on conflict (return_id) do nothing
      returning received_at
    ), changed as (
      update shipments s set state = c.state, lines = c.lines, version = version + 1, updated_at = now(),
        closed_at = coalesce(s.closed_at, case when c.state = 'returned' then now() end),
        next_check_at = case when c.state = 'returned' then null else s.next_check_at end
      from jsonb_to_recordset($4) as c("shipmentId" uuid, state text, lines jsonb)
      where s.shipment_id = c."shipmentId"
      returning s.shipment_id
    )${outboxInsert(5, { from: 'received' })}
    select received_at from received`,
};

export const findReturnStatement: Statement = {
  name: 'return_find',
  text: `select return_id, order_id, lines, received_at from returns where return_id = $1`,
};

export const claimDueStatement: Statement = {
  name: 'shipments_claim_due',
  text: `
    with due as (
      select shipment_id from shipments where next_check_at <= now()
      order by next_check_at limit $1 for update skip locked
    ), claimed as (
      update shipments set next_check_at = now() + make_interval(secs => $2)
      where shipment_id in (select shipment_id from due)
      returning *
    )
    select ${view}, s.address, s.booking_reference from claimed s`,
};

/**
 * What one look at the carrier gave: its reference, moments on the way that are new, and when to ask again (null: never). In one
 * statement, since most looks find nothing else. What is booked has the moment `booked`, the carrier's own where it tells one.
 */
export const noteCheckStatement: Statement = {
  name: 'shipment_note_check',
  text: `
    with checked as (
      update shipments set
        booking_reference = coalesce(booking_reference, $2),
        updated_at = case when booking_reference is null and $2::text is not null then now() else updated_at end,
        check_failures = 0,
        next_check_at = case when closed_at is null then now() + make_interval(secs => $4) end
      where shipment_id = $1
      returning shipment_id
    )
    insert into tracking_events (shipment_id, code, occurred_at)
    select checked.shipment_id, t.code, coalesce(t.at, now())
    from checked, jsonb_to_recordset($3) as t(code text, at timestamptz)
    on conflict do nothing`,
};

export const scheduleCheckStatement: Statement = {
  name: 'shipment_schedule_check',
  text: `
    update shipments set check_failures = 0,
      next_check_at = case when closed_at is null then now() + make_interval(secs => $2) end
    where shipment_id = $1`,
};

export const noteCheckFailureStatement: Statement = {
  name: 'shipment_note_check_failure',
  text: `
    update shipments set check_failures = check_failures + 1,
      next_check_at = now() + make_interval(secs => least(300, power(2, least(check_failures, 9))))
    where shipment_id = $1 and closed_at is null`,
};

export const recordsStatement: Statement = {
  name: 'customer_shipments',
  text: `select ${view}, s.address, s.address_erased_at from shipments s
    where s.customer_id = $1 order by s.created_at`,
};

export const customerReturnsStatement: Statement = {
  name: 'customer_returns',
  text: `
    select return_id, order_id, lines, received_at from returns
    where order_id in (select order_id from shipments where customer_id = $1)
    order by received_at`,
};

export const giveToCustomerStatement: Statement = {
  name: 'shipments_give_to_customer',
  text: `
    update shipments set customer_id = $2, updated_at = now()
    where order_id = $1 and customer_id is null and address is not null
    returning shipment_id`,
};

export const requestErasureStatement: Statement = {
  name: 'erasure_request',
  text: `insert into erasures (customer_id) values ($1) on conflict do nothing`,
};

export const eraseAddressesStatement: Statement = {
  name: 'addresses_erase',
  text: `
    with due as (
      select s.shipment_id from shipments s
      where s.closed_at is not null and s.address is not null and (
        s.closed_at < now() - make_interval(days => $1)
        or exists (select from erasures e where e.customer_id = s.customer_id)
      )
      order by s.closed_at limit $2 for update skip locked
    )
    update shipments set address = null, request_hash = null, address_erased_at = now()
    where shipment_id in (select shipment_id from due)
    returning shipment_id`,
};

const nothingLeft = `e.completed_at is null and not exists (
  select from shipments s where s.customer_id = e.customer_id and s.address is not null)`;

export const completableErasuresStatement: Statement = {
  name: 'erasures_completable',
  text: `select e.customer_id from erasures e where ${nothingLeft} order by e.customer_id limit 200`,
};

export const completeErasuresStatement: Statement = {
  name: 'erasures_complete',
  text: `
    with done as (
      update erasures e set completed_at = now()
      where e.customer_id = any ($1) and ${nothingLeft}
      returning e.customer_id
    ), nobodys as (
      update shipments set customer_id = null where customer_id in (select customer_id from done)
    )${outboxInsert(2, { from: 'done', id: 'customer_id' })}
    select customer_id from done`,
};

import type { Statement } from '@shopfloor/service-kit';
import {
  announce,
  CHARGE_COLUMNS,
  post,
  TAKEN_DELIVERIES,
} from './fragments.ts';

export const findKey: Statement = {
  name: 'find_key',
  text: `select request_hash, charge_id, object_id from idempotency_keys
    where account_id = $1 and key = $2`,
};

export const findCharge: Statement = {
  name: 'find_charge',
  text: `select ${CHARGE_COLUMNS} from charges c where c.account_id = $1 and c.id = $2`,
};

export const findByReference: Statement = {
  name: 'find_by_reference',
  text: `select ${CHARGE_COLUMNS} from charges c where c.account_id = $1 and c.reference = $2
    order by c.created_at, c.id limit 100`,
};

export const findByRedirect: Statement = {
  name: 'find_by_redirect',
  text: `select ${CHARGE_COLUMNS}, a.name as account_name from charges c
    join accounts a on a.id = c.account_id where c.redirect_id = $1`,
};

/** A second use of a key breaks its primary key, and the whole statement with it. */
export const createCharge: Statement = {
  name: 'create_charge',
  text: `
    with token as (
      update tokens set used_by = $2 where id = $3 and account_id = $1 and used_by is null returning id
    ),
    changed as (
      insert into charges (id, account_id, reference, idempotency_key, amount, currency, authorized, status, failure_code,
        behaviour, card_brand, card_last4, redirect_id, return_url, action_expires_at, authorization_expires_at)
      select $2, $1, $4, $5, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
        now() + make_interval(secs => $17), now() + make_interval(secs => $18)
      where $3::text is null or exists (select from token)
      returning *
    ),
    key as (
      insert into idempotency_keys (account_id, key, request_hash, charge_id) select $1, $5, $6, id from changed
    )${announce('charge.updated', '$19::boolean')}
    select ${CHARGE_COLUMNS}, ${TAKEN_DELIVERIES} from changed c`,
};

/** Gives the charge as it is after it, but for the capture itself, which a statement does not see, and the time of that. */
export const capture: Statement = {
  name: 'capture',
  text: `
    with changed as (
      update charges c set captured = c.captured + $3, version = c.version + 1,
        status = case when c.captured + $3 = c.authorized or $8 or not (a.capabilities ->> 'multicapture')::boolean
          then 'captured' else 'partially_captured' end
      from accounts a
      where c.id = $2 and c.account_id = $1 and a.id = $1
        and c.status in ('authorized', 'partially_captured') and c.authorization_expires_at > now()
        and c.captured + $3 <= c.authorized
        and ((a.capabilities ->> 'multicapture')::boolean or c.captured = 0)
        and ((a.capabilities ->> 'partial_capture')::boolean or $3 = c.authorized)
        and c.behaviour <> 'capture_fails'
        and not exists (select from idempotency_keys k where k.account_id = $1 and k.key = $5)
      returning c.*, a.misbehaviour, a.capabilities
    ),
    key as (
      insert into idempotency_keys (account_id, key, request_hash, charge_id, object_id) select $1, $5, $6, id, $4 from changed
    ),
    part as (
      insert into parts (id, kind, charge_id, reference, amount, status) select $4, 'capture', id, $7, $3, 'succeeded' from changed
      returning created_at as part_at
    ),
    dispute as (
      insert into parts (id, kind, charge_id, amount, status, due_at)
      select $9, 'dispute', c.id, $3, 'scheduled',
        now() + make_interval(secs => (c.misbehaviour ->> 'dispute_after_ms')::double precision / 1000)
      from changed c
      where c.behaviour = 'dispute' and (c.capabilities ->> 'disputes')::boolean
        and not exists (select from parts p where p.charge_id = c.id and p.kind = 'dispute')
    )${post({
      type: 'capture',
      debit: 'cardholders',
      credit: 'merchant',
      amount: '$3',
      object: '$4',
      reference: '$7',
    })}${announce('charge.updated', '$10::boolean')}
    select ${CHARGE_COLUMNS}, ${TAKEN_DELIVERIES}, part.part_at from changed c cross join part`,
};

/** Gives what {@link capture} gives. */
export const refund: Statement = {
  name: 'refund',
  text: `
    with changed as (
      update charges c set refunded = c.refunded + $3, version = c.version + 1
      where c.id = $2 and c.account_id = $1 and c.refunded + $3 <= c.captured
        and c.behaviour <> 'refund_fails'
        and not exists (select from idempotency_keys k where k.account_id = $1 and k.key = $5)
      returning c.*
    ),
    key as (
      insert into idempotency_keys (account_id, key, request_hash, charge_id, object_id) select $1, $5, $6, id, $4 from changed
    ),
    part as (
      insert into parts (id, kind, charge_id, reference, amount, status) select $4, 'refund', id, $7, $3, 'succeeded' from changed
      returning created_at as part_at
    )${post({
      type: 'refund',
      debit: 'merchant',
      credit: 'cardholders',
      amount: '$3',
      object: '$4',
      reference: '$7',
    })}${announce('charge.updated', '$8::boolean')}
    select ${CHARGE_COLUMNS}, ${TAKEN_DELIVERIES}, part.part_at from changed c cross join part`,
};

/** Also lets go of the rest of what is partially captured. */
export const voidCharge: Statement = {
  name: 'void_charge',
  text: `
    with changed as (
      update charges c set version = c.version + 1,
        status = case when c.captured > 0 then 'captured' else 'voided' end
      where c.id = $2 and c.account_id = $1 and c.status in ('requires_action', 'authorized', 'partially_captured')
      returning c.*
    )${announce('charge.updated')}
    select id from changed`,
};

export const reauthorize: Statement = {
  name: 'reauthorize',
  text: `
    with changed as (
      update charges c set version = c.version + 1,
        authorization_expires_at = now() + make_interval(secs => (a.capabilities ->> 'max_authorization_age_seconds')::integer)
      from accounts a
      where c.id = $2 and c.account_id = $1 and a.id = $1 and (a.capabilities ->> 'reauthorize')::boolean
        and c.status in ('authorized', 'partially_captured') and c.authorization_expires_at > now()
      returning c.*
    )${announce('charge.updated')}
    select id from changed`,
};

/** Makes a key unusable unless it has been used. A charge that is being made under it is waited for. */
export const cancelKey: Statement = {
  name: 'cancel_key',
  text: `insert into idempotency_keys (account_id, key, request_hash) values ($1, $2, '')
    on conflict do nothing returning key`,
};

/** The shopper's answer on the redirect page; $2 is whether it is yes. */
export const answerRedirect: Statement = {
  name: 'answer_redirect',
  text: `
    with changed as (
      update charges c set version = c.version + 1,
        status = case when $2 then 'authorized' else 'declined' end,
        authorized = case when $2 then c.amount else 0 end,
        failure_code = case when $2 then null else 'declined_by_shopper' end,
        authorization_expires_at = case when $2 then
          now() + make_interval(secs => (a.capabilities ->> 'max_authorization_age_seconds')::integer) end
      from accounts a
      where c.redirect_id = $1 and a.id = c.account_id and c.status = 'requires_action' and c.action_expires_at > now()
      returning c.*
    )${announce('charge.updated')}
    select id from changed`,
};

export const expireDue: Statement = {
  name: 'expire_due',
  text: `
    with authorizations as (
      select id from charges where status in ('authorized', 'partially_captured') and authorization_expires_at <= now()
      order by authorization_expires_at limit 50 for update skip locked
    ),
    actions as (
      select id from charges where status = 'requires_action' and action_expires_at <= now()
      order by action_expires_at limit 50 for update skip locked
    ),
    due as (select id from authorizations union all select id from actions),
    changed as (
      update charges c set version = c.version + 1,
        status = case when c.captured > 0 then 'captured' else 'expired' end
      from due where c.id = due.id
      returning c.*
    )${announce('charge.updated')}
    select id from changed`,
};

/** Opens the dispute that is due next: its money is held back. */
export const openDueDispute: Statement = {
  name: 'open_due_dispute',
  text: `
    with due as (
      select id, charge_id, amount from parts where due_at <= now() order by due_at limit 1 for update skip locked
    ),
    part as (
      update parts p set status = 'needs_response', due_at = null from due where p.id = due.id
    ),
    changed as (
      update charges c set version = c.version + 1 from due where c.id = due.charge_id
      returning c.*, due.id as part_id, due.amount as part_amount
    )${post({
      type: 'dispute_opened',
      debit: 'merchant',
      credit: 'dispute_reserve',
      amount: 'c.part_amount',
      object: 'c.part_id',
      reference: 'null',
    })}${announce('dispute.updated')}
    select id from changed`,
};

function resolveDispute(outcome: 'won' | 'lost'): Statement {
  return {
    name: `dispute_${outcome}`,
    text: `
    with part as (
      update parts p set status = '${outcome}' where p.id = $1 and p.kind = 'dispute' and p.status = 'needs_response'
      returning p.id, p.charge_id, p.amount
    ),
    changed as (
      update charges c set version = c.version + 1 from part where c.id = part.charge_id
      returning c.*, part.id as part_id, part.amount as part_amount
    )${post({
      type: `dispute_${outcome}`,
      debit: 'dispute_reserve',
      credit: outcome === 'won' ? 'merchant' : 'cardholders',
      amount: 'c.part_amount',
      object: 'c.part_id',
      reference: 'null',
    })}${announce('dispute.updated')}
    select id, account_id from changed`,
  };
}

export const disputeWon = resolveDispute('won');
export const disputeLost = resolveDispute('lost');

export const listPostings: Statement = {
  name: 'list_postings',
  text: `
    select p.position, p.type, p.charge_id, p.object_id, p.reference, c.reference as charge_reference, p.debit, p.credit,
      p.amount, p.currency, p.created_at
    from postings p join charges c on c.id = p.charge_id
    where p.account_id = $1 and p.position > $2 order by p.position limit $3`,
};

export const listEvents: Statement = {
  name: 'list_events',
  text: 'select body from events where account_id = $1 and charge_id = $2 order by created_at, id',
};

/** Keys are kept for a day. */
export const dropOldKeys: Statement = {
  name: 'drop_old_keys',
  text: `delete from idempotency_keys where created_at < now() - interval '24 hours'`,
};

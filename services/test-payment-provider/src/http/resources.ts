import { formatAmount } from '../domain/money.ts';
import type { Account, Charge, Part, Posting } from '../domain/types.ts';

function toPart(charge: Charge, part: Part, object: string) {
  return {
    id: part.id,
    object,
    charge: charge.id,
    reference: part.reference,
    amount: formatAmount(part.amount, charge.currency),
    currency: charge.currency,
    status: part.status,
    created_at: part.created_at.toISOString(),
  };
}

/** A capture as the API shows it, with its charge. */
export function captureResource(charge: Charge, part: Part, base: string) {
  return {
    ...toPart(charge, part, 'capture'),
    charge: chargeResource(charge, base),
  };
}

/** A refund as the API shows it, with its charge. */
export function refundResource(charge: Charge, part: Part, base: string) {
  return {
    ...toPart(charge, part, 'refund'),
    charge: chargeResource(charge, base),
  };
}

/** A charge as the API shows it. `base` is where browsers reach this provider. */
export function chargeResource(charge: Charge, base: string) {
  const amount = (minor: bigint) => formatAmount(minor, charge.currency);
  return {
    id: charge.id,
    object: 'charge',
    reference: charge.reference,
    idempotency_key: charge.idempotency_key,
    amount: amount(charge.amount),
    currency: charge.currency,
    status: charge.status,
    authorized_amount: amount(charge.authorized),
    captured_amount: amount(charge.captured),
    refunded_amount: amount(charge.refunded),
    version: Number(charge.version),
    failure_code: charge.failure_code,
    card: { brand: charge.card_brand, last4: charge.card_last4 },
    redirect_url:
      charge.status === 'requires_action'
        ? `${base}/pay/${charge.redirect_id}`
        : undefined,
    authorization_expires_at: charge.authorization_expires_at?.toISOString(),
    captures: charge.captures.map(part => toPart(charge, part, 'capture')),
    refunds: charge.refunds.map(part => toPart(charge, part, 'refund')),
    disputes: charge.disputes.map(part => toPart(charge, part, 'dispute')),
    created_at: charge.created_at.toISOString(),
  };
}

/** An account as the API shows it. */
export function accountResource(account: Account) {
  return {
    id: account.id,
    object: 'account',
    name: account.name,
    publishable_key: account.publishable_key,
    webhook_url: account.webhook_url,
    capabilities: account.capabilities,
  };
}

/** A posting as the API shows it. */
export function postingResource(posting: Posting) {
  return {
    object: 'ledger_entry' as const,
    position: Number(posting.position),
    type: posting.type,
    charge: posting.charge_id,
    charge_reference: posting.charge_reference,
    object_id: posting.object_id,
    reference: posting.reference,
    debit: posting.debit,
    credit: posting.credit,
    amount: formatAmount(posting.amount, posting.currency),
    currency: posting.currency,
    created_at: posting.created_at.toISOString(),
  };
}

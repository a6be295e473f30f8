import type { Database, Statement } from '@shopfloor/service-kit';
import type { Behaviour } from '../domain/testCards.ts';
import type { Charge, ChargeStatus, Part, Posting } from '../domain/types.ts';
import * as sql from './chargeStatements.ts';
import type { Delivery } from './DeliveryStore.ts';

/** What a key was used for. */
export interface UsedKey {
  requestHash: Buffer;
  /** Absent: the key was cancelled before it was used. */
  chargeId: string | undefined;
  objectId: string | undefined;
}

/** A charge to write. Amounts in minor units, times in seconds from now. */
export interface NewCharge {
  id: string;
  accountId: string;
  /** A token that may be used once; undefined for a well-known one. */
  singleUseToken: string | undefined;
  reference: string;
  key: string;
  requestHash: Buffer;
  amount: bigint;
  currency: string;
  authorized: bigint;
  status: ChargeStatus;
  failureCode: string | undefined;
  behaviour: Behaviour;
  cardBrand: string;
  cardLast4: string;
  redirectId: string | undefined;
  returnUrl: string | undefined;
  actionExpiresInSeconds: number | undefined;
  authorizationExpiresInSeconds: number | undefined;
  /** Whether the caller sends the webhook, if it is to leave at once. */
  sends: boolean;
}

/** A capture or a refund to write. */
export interface NewPart {
  accountId: string;
  chargeId: string;
  amount: bigint;
  id: string;
  key: string;
  requestHash: Buffer;
  reference: string | undefined;
  /** Whether the caller sends the webhook, if it is to leave at once. */
  sends: boolean;
}

/** A charge that was just changed, and the webhooks of that which are left to the one that changed it. */
export interface ChangedCharge {
  charge: Charge;
  deliveries: Delivery[];
}

/** The same with the capture or refund that was made. */
export interface WithPart extends ChangedCharge {
  part: Part;
}

type Raw = Record<string, any>;

/** Whether a statement failed because its key is in use already. */
export function isDuplicate(error: unknown): boolean {
  return (
    (error as { cause?: { code?: string } } | undefined)?.cause?.code ===
    '23505'
  );
}

function toPart(raw: Raw): Part {
  return {
    id: raw.id,
    reference: raw.reference ?? undefined,
    amount: BigInt(raw.amount),
    status: raw.status,
    created_at: new Date(raw.created_at),
  };
}

function toCharge(row: Raw): Charge {
  const parts = row.parts as Raw[];
  const of = (kind: string) =>
    parts.filter(part => part.kind === kind).map(toPart);
  return {
    id: row.id,
    account_id: row.account_id,
    reference: row.reference,
    idempotency_key: row.idempotency_key,
    amount: BigInt(row.amount),
    currency: row.currency,
    authorized: BigInt(row.authorized),
    captured: BigInt(row.captured),
    refunded: BigInt(row.refunded),
    status: row.status,
    version: BigInt(row.version),
    failure_code: row.failure_code ?? undefined,
    behaviour: row.behaviour,
    card_brand: row.card_brand,
    card_last4: row.card_last4,
    redirect_id: row.redirect_id ?? undefined,
    return_url: row.return_url ?? undefined,
    action_expires_at: row.action_expires_at ?? undefined,
    authorization_expires_at: row.authorization_expires_at ?? undefined,
    created_at: row.created_at,
    captures: of('capture'),
    refunds: of('refund'),
    disputes: of('dispute'),
  };
}

function valuesOf(part: NewPart): unknown[] {
  return [
    part.accountId,
    part.chargeId,
    part.amount.toString(),
    part.id,
    part.key,
    part.requestHash,
    part.reference,
  ];
}

/** The row of a statement does not have the part that the statement wrote. */
function withPart(
  row: Raw,
  { id, reference, amount }: NewPart,
  kind: 'captures' | 'refunds',
): WithPart {
  const charge = toCharge(row);
  const part: Part = {
    id,
    reference,
    amount,
    status: 'succeeded',
    created_at: row.part_at,
  };
  return {
    charge: { ...charge, [kind]: [...charge[kind], part] },
    part,
    deliveries: row.deliveries ?? [],
  };
}

/** Charges, their parts and the ledger. Every change is one statement. */
export class ChargeStore {
  readonly #database: Database;

  static create(options: { database: Database }): ChargeStore {
    return new ChargeStore(options.database);
  }

  private constructor(database: Database) {
    this.#database = database;
  }

  async findKey(accountId: string, key: string): Promise<UsedKey | undefined> {
    const [row] = await this.#database.query<Raw>(sql.findKey, [
      accountId,
      key,
    ]);
    return (
      row && {
        requestHash: row.request_hash,
        chargeId: row.charge_id ?? undefined,
        objectId: row.object_id ?? undefined,
      }
    );
  }

  async find(accountId: string, id: string): Promise<Charge | undefined> {
    const [row] = await this.#database.query<Raw>(sql.findCharge, [
      accountId,
      id,
    ]);
    return row && toCharge(row);
  }

  async findByReference(
    accountId: string,
    reference: string,
  ): Promise<Charge[]> {
    const rows = await this.#database.query<Raw>(sql.findByReference, [
      accountId,
      reference,
    ]);
    return rows.map(toCharge);
  }

  async findByRedirect(
    redirectId: string,
  ): Promise<{ charge: Charge; accountName: string } | undefined> {
    const [row] = await this.#database.query<Raw>(sql.findByRedirect, [
      redirectId,
    ]);
    return row && { charge: toCharge(row), accountName: row.account_name };
  }

  /** @returns undefined when a single-use token is used up */
  async create(charge: NewCharge): Promise<ChangedCharge | undefined> {
    const [row] = await this.#database.query<Raw>(sql.createCharge, [
      charge.accountId,
      charge.id,
      charge.singleUseToken,
      charge.reference,
      charge.key,
      charge.requestHash,
      charge.amount.toString(),
      charge.currency,
      charge.authorized.toString(),
      charge.status,
      charge.failureCode,
      charge.behaviour,
      charge.cardBrand,
      charge.cardLast4,
      charge.redirectId,
      charge.returnUrl,
      charge.actionExpiresInSeconds,
      charge.authorizationExpiresInSeconds,
      charge.sends,
    ]);
    return row && { charge: toCharge(row), deliveries: row.deliveries ?? [] };
  }

  /** @returns undefined when the charge does not allow it */
  async capture(
    part: NewPart & { final: boolean; disputeId: string },
  ): Promise<WithPart | undefined> {
    const [row] = await this.#database.query<Raw>(sql.capture, [
      ...valuesOf(part),
      part.final,
      part.disputeId,
      part.sends,
    ]);
    return row && withPart(row, part, 'captures');
  }

  /** @returns undefined when the charge does not allow it */
  async refund(part: NewPart): Promise<WithPart | undefined> {
    const [row] = await this.#database.query<Raw>(sql.refund, [
      ...valuesOf(part),
      part.sends,
    ]);
    return row && withPart(row, part, 'refunds');
  }

  /** @returns false when there was nothing to let go */
  async void(accountId: string, id: string): Promise<boolean> {
    return this.#changes(sql.voidCharge, [accountId, id]);
  }

  /** @returns false when the account or the charge does not allow it */
  async reauthorize(accountId: string, id: string): Promise<boolean> {
    return this.#changes(sql.reauthorize, [accountId, id]);
  }

  /** @returns false when the key was used or cancelled before */
  async cancelKey(accountId: string, key: string): Promise<boolean> {
    return this.#changes(sql.cancelKey, [accountId, key]);
  }

  /** @returns false when the redirect has been answered or is too old */
  async answerRedirect(
    redirectId: string,
    approved: boolean,
  ): Promise<boolean> {
    return this.#changes(sql.answerRedirect, [redirectId, approved]);
  }

  /** Ends authorisations and redirects whose time is over. */
  async expireDue(): Promise<number> {
    return (await this.#database.query(sql.expireDue)).length;
  }

  /** Opens one dispute that is due. */
  async openDueDispute(): Promise<boolean> {
    return this.#changes(sql.openDueDispute, []);
  }

  /** @returns the account and charge; undefined when no such dispute is open */
  async resolveDispute(
    disputeId: string,
    outcome: 'won' | 'lost',
  ): Promise<{ accountId: string; chargeId: string } | undefined> {
    const [row] = await this.#database.query<Raw>(
      outcome === 'won' ? sql.disputeWon : sql.disputeLost,
      [disputeId],
    );
    return row && { accountId: row.account_id, chargeId: row.id };
  }

  /** Postings after a position, oldest first. */
  async postings(
    accountId: string,
    after: bigint,
    limit: number,
  ): Promise<Posting[]> {
    const rows = await this.#database.query<Raw>(sql.listPostings, [
      accountId,
      after.toString(),
      limit,
    ]);
    return rows.map(row => ({
      ...(row as Posting),
      position: BigInt(row.position),
      amount: BigInt(row.amount),
      reference: row.reference ?? undefined,
    }));
  }

  /** The exact bodies of a charge's events. */
  async events(accountId: string, chargeId: string): Promise<string[]> {
    const rows = await this.#database.query<Raw>(sql.listEvents, [
      accountId,
      chargeId,
    ]);
    return rows.map(row => row.body);
  }

  async dropOldKeys(): Promise<void> {
    await this.#database.query(sql.dropOldKeys);
  }

  async #changes(
    statement: Statement,
    values: readonly unknown[],
  ): Promise<boolean> {
    return (await this.#database.query(statement, values)).length > 0;
  }
}

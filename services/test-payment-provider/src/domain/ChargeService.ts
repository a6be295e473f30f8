import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { WebhookSender } from '../background/WebhookSender.ts';
import type { AccountStore } from '../store/AccountStore.ts';
import {
  type ChargeStore,
  isDuplicate,
  type WithPart,
} from '../store/ChargeStore.ts';
import { ApiError } from './ApiError.ts';
import { formatAmount, parseAmount } from './money.ts';
import {
  type Behaviour,
  declineCodeOf,
  WELL_KNOWN_CARD,
  WELL_KNOWN_TOKENS,
} from './testCards.ts';
import type { Account, Charge, Part } from './types.ts';

/** A request to charge a card. */
export interface ChargeRequest {
  amount: string;
  currency: string;
  source: string;
  reference: string;
  return_url?: string;
  /** How long the shopper may take on the redirect page. */
  action_expires_in_seconds?: number;
}

/** A request to capture or refund. */
export interface PartRequest {
  charge: string;
  amount: string;
  reference?: string;
}

/** Options of {@link ChargeService}. */
export interface ChargeServiceOptions {
  charges: ChargeStore;
  accounts: AccountStore;
  /** Sends at once what a charge, a capture or a refund has to tell. What it has no room for waits for its next round. */
  webhooks: Pick<WebhookSender, 'hasRoom' | 'sendTaken'>;
}

/** What a call gave, and whether an earlier call with the same key had given it. */
export interface Outcome<T> {
  value: T;
  replayed: boolean;
}

const newId = (prefix: string) =>
  `${prefix}_${randomUUID().replaceAll('-', '')}`;

function hashOf(kind: string, request: object): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([kind, Object.entries(request).sort()]))
    .digest();
}

function conflict(code: string, message: string): ApiError {
  return new ApiError({ status: 409, code, message });
}

const noCharge = (id: string) =>
  new ApiError({
    status: 404,
    code: 'charge_not_found',
    message: `There is no charge ${id} in this account.`,
    param: 'charge',
  });

function amountOf(text: string, currency: string): bigint {
  const amount = parseAmount(text, currency);
  if (amount === undefined || amount <= 0n) {
    throw new ApiError({
      status: 400,
      code: 'amount_invalid',
      message: `amount must be a positive decimal with exactly the digits of ${currency}, such as ${formatAmount(1234n, currency)}.`,
      param: 'amount',
    });
  }
  return amount;
}

/** What merchants can do with charges. */
export class ChargeService {
  readonly #charges: ChargeStore;
  readonly #accounts: AccountStore;
  readonly #webhooks: ChargeServiceOptions['webhooks'];

  static create(options: ChargeServiceOptions): ChargeService {
    return new ChargeService(options);
  }

  private constructor(options: ChargeServiceOptions) {
    this.#charges = options.charges;
    this.#accounts = options.accounts;
    this.#webhooks = options.webhooks;
  }

  /** How the card behind a token behaves; undefined when there is no such token. */
  async behaviourOf(
    account: Account,
    source: string,
  ): Promise<Behaviour | undefined> {
    return (
      WELL_KNOWN_TOKENS.get(source) ??
      (await this.#accounts.findToken(account.id, source))?.behaviour
    );
  }

  /**
   * Authorises an amount. The same key gives the same charge for 24 hours.
   *
   * @throws ApiError
   */
  async create(
    account: Account,
    key: string,
    request: ChargeRequest,
  ): Promise<Outcome<Charge>> {
    const requestHash = hashOf('charge', request);
    return this.#once(
      () => this.#charge(account, key, request, requestHash),
      async () => (await this.#usedCharge(account, key, requestHash))?.charge,
    );
  }

  async #charge(
    account: Account,
    key: string,
    request: ChargeRequest,
    requestHash: Buffer,
  ): Promise<Charge> {
    const amount = amountOf(request.amount, request.currency);
    const wellKnown = WELL_KNOWN_TOKENS.get(request.source);
    const card = wellKnown
      ? { ...WELL_KNOWN_CARD, behaviour: wellKnown }
      : await this.#accounts.findToken(account.id, request.source);
    if (!card) {
      throw new ApiError({
        status: 400,
        code: 'source_unknown',
        message: 'source is no token of this account.',
        param: 'source',
      });
    }
    const { behaviour } = card;
    const redirect = behaviour === 'redirect' && account.capabilities.redirect;
    if (redirect && !request.return_url) {
      throw new ApiError({
        status: 400,
        code: 'return_url_required',
        message: 'This card needs a return_url.',
        param: 'return_url',
      });
    }
    const failureCode = declineCodeOf(behaviour);
    const age =
      behaviour === 'expiring_authorisation'
        ? account.misbehaviour.short_authorization_seconds
        : account.capabilities.max_authorization_age_seconds;
    const authorizes = !redirect && !failureCode;
    let authorized = authorizes ? amount : 0n;
    if (behaviour === 'partial_authorisation') {
      authorized = amount > 1n ? amount / 2n : 1n;
    }
    let status: Charge['status'] = redirect ? 'requires_action' : 'declined';
    if (authorizes) {
      status = 'authorized';
    }
    const made = await this.#charges.create({
      id: newId('ch'),
      accountId: account.id,
      singleUseToken: wellKnown ? undefined : request.source,
      reference: request.reference,
      key,
      requestHash,
      amount,
      currency: request.currency,
      authorized,
      status,
      failureCode,
      behaviour,
      cardBrand: card.brand,
      cardLast4: card.last4,
      redirectId: redirect
        ? `rd_${randomBytes(24).toString('hex')}`
        : undefined,
      returnUrl: request.return_url,
      actionExpiresInSeconds: redirect
        ? (request.action_expires_in_seconds ?? 900)
        : undefined,
      authorizationExpiresInSeconds: authorizes ? age : undefined,
      sends: this.#webhooks.hasRoom,
    });
    if (!made) {
      throw conflict('source_used', 'This token has been charged already.');
    }
    this.#webhooks.sendTaken(made.deliveries);
    return made.charge;
  }

  async get(account: Account, id: string): Promise<Charge> {
    const charge = await this.#charges.find(account.id, id);
    if (!charge) {
      throw noCharge(id);
    }
    return charge;
  }

  async listByReference(
    account: Account,
    reference: string,
  ): Promise<Charge[]> {
    return this.#charges.findByReference(account.id, reference);
  }

  /** Captures part or all of an authorisation. @throws ApiError */
  async capture(
    account: Account,
    key: string,
    request: PartRequest & { final: boolean },
  ): Promise<Outcome<{ charge: Charge; part: Part }>> {
    return this.#part(account, key, request, {
      kind: 'capture',
      write: part =>
        this.#charges.capture({
          ...part,
          final: request.final,
          disputeId: newId('dp'),
        }),
      refuse: (charge, amount) => {
        const { capabilities } = account;
        if (charge.behaviour === 'capture_fails') {
          return new ApiError({
            status: 402,
            type: 'card_error',
            code: 'capture_refused',
            message: 'The bank that issued the card refuses the capture.',
          });
        }
        if (
          !['authorized', 'partially_captured'].includes(charge.status) ||
          (!capabilities.multicapture && charge.captured > 0n)
        ) {
          return conflict(
            'charge_not_capturable',
            `Charge ${charge.id} is ${charge.status} and cannot be captured.`,
          );
        }
        if (!capabilities.partial_capture && amount !== charge.authorized) {
          return conflict(
            'partial_capture_unsupported',
            'This account captures all that is authorised, or nothing.',
          );
        }
        return conflict(
          'amount_too_large',
          `Only ${formatAmount(charge.authorized - charge.captured, charge.currency)} can still be captured.`,
        );
      },
    });
  }

  /** Gives back part or all of what is captured. @throws ApiError */
  async refund(
    account: Account,
    key: string,
    request: PartRequest,
  ): Promise<Outcome<{ charge: Charge; part: Part }>> {
    return this.#part(account, key, request, {
      kind: 'refund',
      write: part => this.#charges.refund(part),
      refuse: charge =>
        charge.behaviour === 'refund_fails'
          ? new ApiError({
              status: 402,
              type: 'card_error',
              code: 'refund_refused',
              message: 'The bank that issued the card refuses the refund.',
            })
          : conflict(
              'amount_too_large',
              `Only ${formatAmount(charge.captured - charge.refunded, charge.currency)} can still be refunded.`,
            ),
    });
  }

  /** Lets an authorisation go; repeating it changes nothing. @throws ApiError */
  async void(account: Account, id: string): Promise<Charge> {
    await this.#charges.void(account.id, id);
    return this.get(account, id);
  }

  /** Renews an authorisation. @throws ApiError */
  async reauthorize(account: Account, id: string): Promise<Charge> {
    const done = await this.#charges.reauthorize(account.id, id);
    const charge = await this.get(account, id);
    if (!done) {
      throw conflict(
        'charge_not_reauthorizable',
        account.capabilities.reauthorize
          ? `Charge ${id} is ${charge.status} and cannot be renewed.`
          : 'This account cannot renew an authorisation.',
      );
    }
    return charge;
  }

  /**
   * Makes sure that nothing is ever authorised under a key again: unused, it becomes unusable; used, its charge is voided as far as
   * it is not captured.
   *
   * @returns the charge, when there is one
   */
  async cancelKey(account: Account, key: string): Promise<Charge | undefined> {
    await this.#charges.cancelKey(account.id, key);
    const used = await this.#charges.findKey(account.id, key);
    return used?.chargeId ? this.void(account, used.chargeId) : undefined;
  }

  async #part(
    account: Account,
    key: string,
    request: PartRequest & { final?: boolean },
    kind: {
      kind: 'capture' | 'refund';
      write: (
        part: Parameters<ChargeStore['refund']>[0],
      ) => Promise<WithPart | undefined>;
      refuse: (charge: Charge, amount: bigint) => ApiError;
    },
  ): Promise<Outcome<{ charge: Charge; part: Part }>> {
    const requestHash = hashOf(kind.kind, request);
    return this.#once(
      async () => {
        const charge = await this.get(account, request.charge);
        const amount = amountOf(request.amount, charge.currency);
        const done = await kind.write({
          accountId: account.id,
          chargeId: charge.id,
          amount,
          id: newId(kind.kind === 'capture' ? 'cp' : 're'),
          key,
          requestHash,
          reference: request.reference,
          sends: this.#webhooks.hasRoom,
        });
        if (!done) {
          throw kind.refuse(await this.get(account, charge.id), amount);
        }
        this.#webhooks.sendTaken(done.deliveries);
        return { charge: done.charge, part: done.part };
      },
      async () => {
        const used = await this.#usedCharge(account, key, requestHash);
        const part =
          used &&
          [...used.charge.captures, ...used.charge.refunds].find(
            ({ id }) => id === used.objectId,
          );
        return part && { charge: used.charge, part };
      },
    );
  }

  /**
   * Does something under a key, or gives what it gave before. That is looked for only once it could not be done: a new key is the
   * rule, and a statement that would use one twice breaks.
   */
  async #once<T>(
    work: () => Promise<T>,
    before: () => Promise<T | undefined>,
  ): Promise<Outcome<T>> {
    try {
      return { value: await work(), replayed: false };
    } catch (error) {
      if (!(error instanceof ApiError) && !isDuplicate(error)) {
        throw error;
      }
      const value = await before();
      if (value === undefined) {
        throw error;
      }
      return { value, replayed: true };
    }
  }

  async #usedCharge(
    account: Account,
    key: string,
    requestHash: Buffer,
  ): Promise<{ charge: Charge; objectId: string | undefined } | undefined> {
    const used = await this.#charges.findKey(account.id, key);
    if (!used) {
      return undefined;
    }
    if (!used.chargeId) {
      throw conflict('key_cancelled', 'This idempotency key was cancelled.');
    }
    if (!used.requestHash.equals(requestHash)) {
      throw conflict(
        'key_reused',
        'This idempotency key was used for another request.',
      );
    }
    return {
      charge: await this.get(account, used.chargeId),
      objectId: used.objectId,
    };
  }
}

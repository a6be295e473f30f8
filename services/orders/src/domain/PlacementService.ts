import {
  ConflictError,
  DomainError,
  newId,
  NotFoundError,
  UnprocessableError,
} from '@shopfloor/service-kit';
import { createHash, randomFillSync } from 'node:crypto';
import type { Shop } from '../clients/shopClients.ts';
import type { KeyedOrder, OrderStore } from '../store/OrderStore.ts';
import { createOrderNumber } from './orderNumber.ts';
import { nextActionOf } from './paymentReading.ts';
import type { ProcessRunner, RunOutcome } from './ProcessRunner.ts';
import type { QuoteService } from './QuoteService.ts';
import type { OrderRecord, Quote } from './types.ts';

/** What a shopper places. */
export interface Placement {
  owner: string;
  key: string;
  quoteId: string;
  /** Passed on and kept nowhere. */
  token: string;
  returnUrl?: string;
}

/** How a placement ended; expected refusals are values. */
export type PlacementAnswer =
  | {
      /** `confirmed`: 201. `in-progress`: 202, the shopper or the provider has to act. */
      kind: 'confirmed' | 'in-progress';
      order: OrderRecord;
      nextAction?: RunOutcome['nextAction'];
      replayed: boolean;
    }
  | { kind: 'refused'; error: DomainError; newQuote?: Quote };

/** Options of {@link PlacementService}. */
export interface PlacementServiceOptions {
  store: OrderStore;
  shop: Shop;
  quotes: QuoteService;
  runner: ProcessRunner;
  leaseMs: number;
  /** Where a shopper comes back to when the placement does not say: this and the order's id. */
  returnUrl: string;
}

/** What tells two placements with one key apart. */
function hashOf({ quoteId, token, returnUrl }: Placement): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([quoteId, token, returnUrl ?? null]))
    .digest();
}

function inProgress(retryAfterSeconds: number): DomainError {
  return new ConflictError({
    code: 'request-in-progress',
    message:
      'A request with this Idempotency-Key is being carried out. Send it again shortly to get its answer.',
    retryAfterSeconds: Math.max(1, Math.ceil(retryAfterSeconds)),
  });
}

const REFUSALS: Record<string, string> = {
  'cart-changed': 'The cart has changed since it was quoted.',
  'payment-deadline': 'The payment did not come in time.',
  'not-finished':
    'The order was cut off before it was paid, and was taken back.',
  'cancelled-by-shopper': 'The order was cancelled.',
};

/** Places orders. The key lies on the order's own row, so that the first step is one statement. */
export class PlacementService {
  readonly #options: PlacementServiceOptions;

  static create(options: PlacementServiceOptions): PlacementService {
    return new PlacementService(options);
  }

  private constructor(options: PlacementServiceOptions) {
    this.#options = options;
  }

  /** @throws DomainError for what the caller has to mend: a reused key, an unknown quote, a service that does not answer */
  async place(placement: Placement): Promise<PlacementAnswer> {
    const { leaseMs, runner, store } = this.#options;
    const { key, owner, quoteId } = placement;
    const bodyHash = hashOf(placement);
    // A second turn only after a drawn order number, or a rejected order of the cart, stood in the way.
    for (let turn = 0; turn < 3; turn += 1) {
      const result = await store.place({
        orderId: newId(),
        orderNumber: createOrderNumber(randomFillSync),
        owner,
        key,
        bodyHash,
        quoteId,
        paymentId: newId(),
        shipmentId: newId(),
        compensationId: newId(),
        leaseMs,
      });
      if (result.kind === 'placed') {
        const outcome = await runner.runInline(result.order, {
          token: placement.token,
          returnUrl: this.#returnUrl(placement, result.order),
          resumed: false,
        });
        return this.#answer(outcome, placement, false);
      }
      const answer = await this.#explain(
        placement,
        bodyHash,
        result.kind === 'promotion-used-up',
      );
      if (answer) {
        return answer;
      }
    }
    throw inProgress(1);
  }

  /** Why nothing was inserted; undefined when trying again is right. */
  async #explain(
    placement: Placement,
    bodyHash: Buffer,
    promotionUsedUp: boolean,
  ): Promise<PlacementAnswer | undefined> {
    const { quotes, store } = this.#options;
    const { key, owner, quoteId } = placement;
    const keyed = await store.findByKey(owner, key);
    if (keyed) {
      return this.#repeat(keyed, placement, bodyHash);
    }
    const quote = await store.findQuote(quoteId, owner);
    if (!quote) {
      throw new NotFoundError({
        code: 'quote-not-found',
        message: `There is no quote ${quoteId}.`,
        fields: [
          { in: 'body', field: '/quoteId', message: 'is no quote of yours' },
        ],
      });
    }
    if (!quote.live || promotionUsedUp) {
      return {
        kind: 'refused',
        error: new ConflictError(
          promotionUsedUp
            ? {
                code: 'promotion-used-up',
                message:
                  'A promotion of the quote has no use left. Look at the new quote.',
              }
            : {
                code: 'quote-expired',
                message: `Quote ${quoteId} has expired. Look at the new quote.`,
              },
        ),
        newQuote: await quotes.requote(owner, quote.request),
      };
    }
    const other = await store.findByCart(
      quote.cartId,
      quote.cartVersion,
      owner,
    );
    if (other) {
      return {
        kind: 'refused',
        error: new ConflictError({
          code: 'cart-already-ordered',
          message: `Order ${other} has this cart already. Look at it, or cancel it first.`,
        }),
      };
    }
    return undefined;
  }

  async #repeat(
    keyed: KeyedOrder,
    placement: Placement,
    bodyHash: Buffer,
  ): Promise<PlacementAnswer> {
    const { leaseMs, runner, shop, store } = this.#options;
    const { order } = keyed;
    if (!bodyHash.equals(keyed.bodyHash)) {
      throw new UnprocessableError({
        code: 'idempotency-key-reused',
        message:
          'This Idempotency-Key was used for another request. Use a new one.',
        fields: [
          {
            in: 'header',
            field: 'idempotency-key',
            message: 'was used for another request',
          },
        ],
      });
    }
    if (order.confirmedAt === undefined && keyed.leased) {
      throw inProgress(keyed.leaseLeftSeconds);
    }
    if (order.state === 'reserving' || order.state === 'authorising') {
      const claimed = await store.claim(order.orderId, order.version, leaseMs);
      if (!claimed) {
        throw inProgress(1);
      }
      const outcome = await runner.runInline(claimed, {
        token: placement.token,
        returnUrl: this.#returnUrl(placement, claimed),
        resumed: true,
      });
      return this.#answer(outcome, placement, true);
    }
    let nextAction: RunOutcome['nextAction'];
    if (order.state === 'awaiting-payment') {
      nextAction = nextActionOf(await shop.getPayment(order.paymentId, false));
    }
    return this.#answer({ order, nextAction }, placement, true);
  }

  async #answer(
    { error, nextAction, order }: RunOutcome,
    placement: Placement,
    replayed: boolean,
  ): Promise<PlacementAnswer> {
    if (order.confirmedAt) {
      return { kind: 'confirmed', order, replayed };
    }
    const { failure } = order;
    switch (order.state) {
      case 'reserving':
        throw error ?? inProgress(1);
      case 'authorising':
        // Certainly not begun: the shopper may try again. Perhaps begun: it is looked after.
        if (error instanceof DomainError && error.kind === 'unavailable') {
          throw error;
        }
        return { kind: 'in-progress', order, nextAction, replayed };
      case 'awaiting-payment':
      case 'confirming':
      case 'care':
        return { kind: 'in-progress', order, nextAction, replayed };
      default:
        return {
          kind: 'refused',
          error: refusalOf(order),
          newQuote:
            failure?.code === 'cart-changed'
              ? await this.#newQuote(order, placement.owner)
              : undefined,
        };
    }
  }

  #returnUrl({ returnUrl }: Placement, { orderId }: OrderRecord): string {
    return returnUrl ?? `${this.#options.returnUrl}${orderId}`;
  }

  async #newQuote(
    order: OrderRecord,
    owner: string,
  ): Promise<Quote | undefined> {
    const { quotes, store } = this.#options;
    const old = await store.findQuote(order.quoteId, owner);
    return old && quotes.requote(owner, old.request);
  }
}

/** The refusal of an order that came to nothing. */
function refusalOf({ failure, orderId, content }: OrderRecord): DomainError {
  const code = failure?.code ?? 'order-rejected';
  if (code === 'payment-declined' || code === 'payment-mismatch') {
    return new DomainError({
      kind: 'payment-required',
      code: 'payment-declined',
      message: `The payment was declined (${failure?.declineCode ?? code}). Try another way to pay, with a new Idempotency-Key.`,
    });
  }
  if (code === 'insufficient-stock') {
    const skus = failure?.skus ?? [];
    return new ConflictError({
      code,
      message:
        skus.length > 0
          ? `There is not enough of ${skus.join(', ')}.`
          : 'There is not enough of what was ordered.',
      fields: skus.map(sku => ({
        in: 'body' as const,
        field: `/lines/${content.lines.findIndex(line => line.sku === sku)}`,
        message: `there is not enough of ${sku}`,
      })),
    });
  }
  return new ConflictError({
    code,
    message: REFUSALS[code] ?? `Order ${orderId} was not carried out.`,
  });
}

import {
  ConflictError,
  InvalidInputError,
  NotFoundError,
  versionMismatch,
} from '@shopfloor/service-kit';
import type { OrderReadStore } from '../store/OrderReadStore.ts';
import type { OrderStore } from '../store/OrderStore.ts';
import { careNeeded } from './orderEvents.ts';
import {
  nextState,
  orderProcess,
  type OrderState,
  takes,
} from './orderProcess.ts';
import type { OrderDetails, OrderRecord } from './types.ts';

/** Options of {@link CareService}. */
export interface CareServiceOptions {
  store: OrderStore;
  reads: OrderReadStore;
}

/** What staff can do about an order in care. */
export interface Resolution {
  orderId: string;
  version: number;
  action: 'retry-step' | 'cancel-and-void' | 'accept';
  /** For `accept`: what the order is to count as. */
  as?: 'completed' | 'cancelled' | 'rejected';
  reason: string;
  actor: string;
}

/** A refund that staff asks for. */
export interface RefundRequest {
  refundId: string;
  orderId: string;
  amount: number;
  currency: string;
  reason: string;
  actor: string;
}

function stateConflict(code: string, message: string): ConflictError {
  return new ConflictError({ code, message });
}

/** What staff does with orders that need a person. */
export class CareService {
  readonly #options: CareServiceOptions;

  static create(options: CareServiceOptions): CareService {
    return new CareService(options);
  }

  private constructor(options: CareServiceOptions) {
    this.#options = options;
  }

  /**
   * Refunds a part, atomically within what was captured and is not disputed. The
   * same id with the same amount is the same refund.
   */
  async refund(request: RefundRequest): Promise<'made' | 'same'> {
    const { store } = this.#options;
    const order = await this.#get(request.orderId);
    if (request.currency !== order.currency) {
      throw new InvalidInputError({
        code: 'wrong-currency',
        message: `Order ${order.orderNumber} is in ${order.currency}.`,
        fields: [
          {
            in: 'body',
            field: '/amount/currency',
            message: `must be ${order.currency}`,
          },
        ],
      });
    }
    if (await store.claimRefund(request)) {
      return 'made';
    }
    const known = await store.findMove(request.refundId);
    if (known) {
      if (
        known.orderId === request.orderId &&
        known.amount === request.amount &&
        known.kind === 'refund'
      ) {
        return 'same';
      }
      throw stateConflict(
        'id-reused',
        `Refund ${request.refundId} is another one. Use a new id.`,
      );
    }
    throw new ConflictError({
      code: 'refund-exceeds-captured',
      message: `That is more than was captured for order ${order.orderNumber} and is neither refunded nor disputed.`,
      fields: [
        {
          in: 'body',
          field: '/amount/amount',
          message: 'is more than is left to refund',
        },
      ],
    });
  }

  /** Staff takes an order into care. */
  async takeIntoCare(options: {
    orderId: string;
    version: number;
    reason: string;
    actor: string;
  }): Promise<OrderDetails> {
    const order = await this.#get(options.orderId);
    if (!takes(order.state, 'care-needed')) {
      return order;
    }
    await this.#advanceAs(order, options, {
      to: 'care',
      signal: 'care-needed',
      careReason: options.reason,
      events: [careNeeded(order, options.reason)],
    });
    return this.#get(options.orderId);
  }

  /** Staff decides about an order in care. @throws ConflictError `not-in-care`, `money-not-settled` */
  async resolve(resolution: Resolution): Promise<OrderDetails> {
    const { store } = this.#options;
    const order = await this.#get(resolution.orderId);
    if (order.state !== 'care') {
      throw stateConflict(
        'not-in-care',
        `Order ${order.orderNumber} is ${order.state}; only an order in care is resolved.`,
      );
    }
    const settled = order.captured === order.refunded;
    switch (resolution.action) {
      case 'retry-step': {
        const to = order.careFrom as OrderState;
        await this.#advanceAs(order, resolution, {
          to: nextState('care', 'resumed', to),
          signal: 'resumed',
          dueMs: orderProcess[to].step ? 0 : undefined,
        });
        await store.retryMoves(order.orderId);
        break;
      }
      case 'cancel-and-void':
        if (!settled) {
          throw stateConflict(
            'money-not-settled',
            'Money was captured: refund it first, then accept the order as cancelled.',
          );
        }
        await this.#advanceAs(order, resolution, {
          to: nextState(
            'care',
            'cancelled-by-care',
            order.confirmedAt ? 'cancelling' : 'voiding',
          ),
          signal: 'cancelled-by-care',
          failure: { code: 'cancelled-by-care' },
          dueMs: 0,
        });
        break;
      default: {
        const as = resolution.as ?? 'completed';
        if (as !== 'completed' && !settled) {
          throw stateConflict(
            'money-not-settled',
            `An order that counts as ${as} keeps no money: refund what was captured first.`,
          );
        }
        await this.#advanceAs(order, resolution, {
          to: nextState('care', 'accepted', as),
          signal: 'accepted',
          failure: as === 'completed' ? undefined : { code: 'settled-by-care' },
          givesBack: as !== 'completed',
        });
      }
    }
    return this.#get(resolution.orderId);
  }

  async #advanceAs(
    order: OrderRecord,
    {
      actor,
      reason,
      version,
    }: { actor: string; reason: string; version: number },
    advance: Omit<Parameters<OrderStore['advance']>[1], 'actor' | 'detail'>,
  ): Promise<void> {
    const moved = await this.#options.store.advance(
      { ...order, version },
      { ...advance, actor, detail: { reason } },
    );
    if (!moved) {
      throw versionMismatch(`Order ${order.orderNumber}`);
    }
  }

  async #get(orderId: string): Promise<OrderDetails> {
    const order = await this.#options.reads.details(orderId);
    if (!order) {
      throw new NotFoundError({
        code: 'order-not-found',
        message: `There is no order ${orderId}.`,
      });
    }
    return order;
  }
}

import {
  ConflictError,
  DomainError,
  NotFoundError,
} from '@shopfloor/service-kit';
import type { Shop } from '../clients/shopClients.ts';
import type { OrderReadStore } from '../store/OrderReadStore.ts';
import type { OrderStore } from '../store/OrderStore.ts';
import type { ReturnStore } from '../store/ReturnStore.ts';
import { nextState, orderProcess, takes } from './orderProcess.ts';
import { nextActionOf } from './paymentReading.ts';
import type { ProcessRunner } from './ProcessRunner.ts';
import type { OrderDetails, OrderRecord } from './types.ts';

/** Options of {@link OrderService}. */
export interface OrderServiceOptions {
  store: OrderStore;
  reads: OrderReadStore;
  returns: ReturnStore;
  shop: Shop;
  runner: ProcessRunner;
  leaseMs: number;
  returnWindowDays: number;
}

function notFound(orderId: string): NotFoundError {
  return new NotFoundError({
    code: 'order-not-found',
    message: `There is no order ${orderId}.`,
  });
}

function stateConflict(code: string, message: string): ConflictError {
  return new ConflictError({ code, message });
}

/** What shoppers and staff do with orders once they are placed. */
export class OrderService {
  readonly #options: OrderServiceOptions;

  static create(options: OrderServiceOptions): OrderService {
    return new OrderService(options);
  }

  private constructor(options: OrderServiceOptions) {
    this.#options = options;
  }

  /** @throws NotFoundError for a stranger's order as for none */
  async get(orderId: string, owner?: string): Promise<OrderDetails> {
    const order = await this.#options.reads.details(orderId, owner);
    if (!order) {
      throw notFound(orderId);
    }
    return order;
  }

  /**
   * Cancels before anything has left. Idempotent: an order that is being taken back
   * already is returned as it is.
   *
   * @throws ConflictError `already-dispatched`, `order-in-progress`, `order-in-care`
   */
  async cancel(orderId: string, owner: string): Promise<OrderDetails> {
    const { leaseMs, runner, store } = this.#options;
    for (let turn = 0; turn < 3; turn += 1) {
      const order = await this.get(orderId, owner);
      if (
        orderProcess[order.state].kind === 'compensation' ||
        order.state === 'cancelled' ||
        order.state === 'rejected'
      ) {
        return order;
      }
      if (order.shippedValue > 0 || order.shippedAt) {
        throw stateConflict(
          'already-dispatched',
          `Order ${order.orderNumber} is on its way. Send it back instead.`,
        );
      }
      if (!takes(order.state, 'cancel')) {
        throw order.state === 'care'
          ? stateConflict(
              'order-in-care',
              `Our people look after order ${order.orderNumber}; they will answer.`,
            )
          : new ConflictError({
              code: 'order-in-progress',
              message: `Order ${order.orderNumber} is being carried out. Try again in a moment.`,
              retryAfterSeconds: 1,
            });
      }
      const moved = await store.advance(order, {
        to: nextState(order.state, 'cancel'),
        signal: 'cancel',
        actor: 'shopper',
        failure: { code: 'cancelled-by-shopper' },
        leaseMs,
      });
      if (moved) {
        await runner.runInBackground(moved);
        return this.get(orderId, owner);
      }
    }
    throw new ConflictError({
      code: 'order-in-progress',
      message: `Order ${orderId} is being carried out. Try again in a moment.`,
      retryAfterSeconds: 1,
    });
  }

  /** The shopper came back from the provider: the payment is read, whatever the address says. */
  async paymentReturned(
    orderId: string,
    owner: string,
  ): Promise<{
    order: OrderDetails;
    nextAction?: { type: 'redirect'; url: string };
  }> {
    const { leaseMs, runner, store } = this.#options;
    const order = await this.get(orderId, owner);
    if (order.state !== 'awaiting-payment') {
      return { order };
    }
    const claimed = await store.claim(orderId, order.version, leaseMs);
    // Somebody reads it at this moment: the answer is theirs, soon.
    const outcome =
      claimed && (await runner.runInline(claimed, { resumed: true }));
    return {
      order: await this.get(orderId, owner),
      nextAction: outcome?.nextAction,
    };
  }

  /** The redirect of an order that waits for its payment. */
  async nextActionOf(order: OrderRecord) {
    return order.state === 'awaiting-payment'
      ? nextActionOf(
          await this.#options.shop.getPayment(order.paymentId, false),
        )
      : undefined;
  }

  /** Asks for a return. @throws DomainError `return-window-closed`, `too-many-units`, `id-reused` */
  async requestReturn(options: {
    returnId: string;
    orderId: string;
    owner: string;
    lines: { sku: string; quantity: number }[];
    reason: string;
  }): Promise<void> {
    const { returns, returnWindowDays } = this.#options;
    const result = await returns.requestReturn({
      ...options,
      windowDays: returnWindowDays,
    });
    switch (result.kind) {
      case 'not-found':
        throw notFound(options.orderId);
      case 'id-reused':
        throw stateConflict(
          'id-reused',
          `Return ${options.returnId} is another one. Use a new id.`,
        );
      case 'window-closed':
        throw stateConflict(
          'return-window-closed',
          `Goods can be sent back from their dispatch until ${returnWindowDays} days after they arrived.`,
        );
      case 'too-many':
        throw new DomainError({
          kind: 'unprocessable',
          code: 'too-many-units',
          message: `More than was sent and not returned yet: ${result.skus.join(', ')}.`,
          fields: result.skus.map(sku => ({
            in: 'body' as const,
            field: `/lines/${options.lines.findIndex(line => line.sku === sku)}/quantity`,
            message: `is more of ${sku} than was sent and not returned yet`,
          })),
        });
      default:
    }
  }
}

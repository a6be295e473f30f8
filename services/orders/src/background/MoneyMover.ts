import {
  type createLogger,
  DomainError,
  RemoteProblem,
  UnavailableError,
} from '@shopfloor/service-kit';
import type { Shop } from '../clients/shopClients.ts';
import { careNeeded, orderRefunded } from '../domain/orderEvents.ts';
import { isDone } from '../domain/paymentReading.ts';
import { backoffMs } from '../domain/ProcessRunner.ts';
import type { ProcessMetrics } from '../domain/ProcessMetrics.ts';
import type { MoneyMove } from '../domain/types.ts';
import type { OrderStore } from '../store/OrderStore.ts';

/** Options of {@link MoneyMover}. */
export interface MoneyMoverOptions {
  store: OrderStore;
  shop: Shop;
  leaseMs: number;
  maxAttempts: number;
  metrics: ProcessMetrics;
  logger: ReturnType<typeof createLogger>;
}

const BATCH = 16;

/** What the provider is told: never the words of a person. */
function reasonCode(reason: string): string {
  return reason === 'returned' ? reason : 'care';
}

/** Captures and refunds that are due, each under its own id, so that none happens twice. */
export class MoneyMover {
  readonly #options: MoneyMoverOptions;

  static create(options: MoneyMoverOptions): MoneyMover {
    return new MoneyMover(options);
  }

  private constructor(options: MoneyMoverOptions) {
    this.#options = options;
  }

  /** @returns whether there may be more */
  async turn(): Promise<boolean> {
    const { store, leaseMs } = this.#options;
    const moves = await store.claimMoves(BATCH, leaseMs);
    await Promise.all(moves.map(move => this.#carryOut(move)));
    return moves.length === BATCH;
  }

  async #carryOut(move: MoneyMove & { orderNumber: string }): Promise<void> {
    const { logger, maxAttempts, metrics, shop, store } = this.#options;
    const amount = { amount: move.amount, currency: move.currency };
    try {
      const payment =
        move.kind === 'capture'
          ? await shop.capture(move.paymentId, move.moveId, amount, move.final)
          : await shop.refund(
              move.paymentId,
              move.moveId,
              amount,
              reasonCode(move.reason),
            );
      const parts =
        move.kind === 'capture' ? payment.captures : payment.refunds;
      if (!isDone(parts, move.moveId)) {
        throw new UnavailableError({
          code: 'outcome-pending',
          message: `${move.kind} ${move.moveId} is under way.`,
        });
      }
      await store.settleMove(
        move.moveId,
        payment,
        move.kind === 'refund'
          ? [orderRefunded(move, move.moveId, amount)]
          : [],
      );
      metrics.moves.inc({ kind: move.kind, outcome: 'done' });
    } catch (error) {
      const refused = error instanceof RemoteProblem && error.status !== 429;
      if (refused || move.attempts >= maxAttempts) {
        const code = error instanceof DomainError ? error.code : 'failed';
        const reason = `${move.kind}-failed: ${code}`;
        await store.failMove(move.moveId, reason, [careNeeded(move, reason)]);
        metrics.moves.inc({ kind: move.kind, outcome: 'failed' });
        return;
      }
      if (!(error instanceof DomainError)) {
        logger.error({ error, move_id: move.moveId }, 'Money did not move');
      }
      metrics.moves.inc({ kind: move.kind, outcome: 'postponed' });
      await store.postponeMove(move.moveId, backoffMs(move.attempts - 1));
    }
  }
}

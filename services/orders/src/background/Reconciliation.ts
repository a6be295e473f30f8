import {
  type createLogger,
  type Database,
  outboxParameter,
} from '@shopfloor/service-kit';
import { isNotFound, type Shop } from '../clients/shopClients.ts';
import { compareMoney } from '../domain/moneyDifference.ts';
import { careNeeded } from '../domain/orderEvents.ts';
import type { Payment } from '../domain/paymentReading.ts';
import type { ProcessMetrics } from '../domain/ProcessMetrics.ts';
import { ORDER_STATES } from '../domain/orderProcess.ts';
import type { OrderRecord } from '../domain/types.ts';
import { SOURCE } from '../store/DatabaseOrderStore.ts';
import {
  completeErasure,
  eraseOverStatement,
  finishedErasuresStatement,
  putInCareStatement,
} from '../store/eventStatements.ts';
import * as job from '../store/jobStatements.ts';
import { wakeStatement } from '../store/processStatements.ts';
import { type OrderRow, toOrder } from '../store/rows.ts';

/** What a reconciliation found and did. */
export interface ReconciliationReport {
  /** Orders whose money was compared with payments. */
  compared: number;
  /** Orders that should have moved and did not, set going again. */
  woken: number;
  /** Ended orders with a live payment, which is being voided or refunded. */
  latePayments: number;
  /** Orders handed to care. */
  care: number;
  /** Orders that payments did not answer for; they are compared next time. */
  unanswered: number;
}

/** Options of {@link Reconciliation}. */
export interface ReconciliationOptions {
  database: Database;
  shop: Shop;
  metrics: ProcessMetrics;
  logger: ReturnType<typeof createLogger>;
  everyMs: number;
  leaseMs: number;
  /** How long an order must have been left alone before it is compared. */
  settledMs: number;
}

const NAME = 'reconciliation';
const BATCH = 50;
const MOST_COMPARED = 1000;

/**
 * Looks for what no step finds: orders that stand still, books that differ from
 * payments, payments of orders that came to nothing, erasures that waited. One
 * replica at a time, by the database's clock.
 */
export class Reconciliation {
  readonly #options: ReconciliationOptions;

  static create(options: ReconciliationOptions): Reconciliation {
    return new Reconciliation(options);
  }

  private constructor(options: ReconciliationOptions) {
    this.#options = options;
  }

  /** A turn when it is time. */
  async turn(): Promise<boolean> {
    await this.run(this.#options.everyMs);
    return false;
  }

  /**
   * Runs now, unless another is running or one began less than `pauseMs` ago.
   *
   * @returns the report, or undefined when it did not run
   */
  async run(pauseMs = 0): Promise<ReconciliationReport | undefined> {
    const { database, leaseMs, logger } = this.#options;
    const [held] = await database.query<{ token: string }>(
      job.takeJobStatement,
      [NAME, leaseMs, pauseMs],
    );
    if (!held) {
      // Another replica counts by now; what this one saw last would stand for ever.
      this.#options.metrics.states.reset();
      return undefined;
    }
    const report: ReconciliationReport = {
      compared: 0,
      woken: 0,
      latePayments: 0,
      care: 0,
      unanswered: 0,
    };
    report.woken = (await database.query(job.wakeStuckStatement)).length;
    await this.#compareAll(report);
    await this.#finishErasures();
    await database.query(job.purgeQuotesStatement);
    await this.#countStates();
    await database.query(job.finishJobStatement, [
      NAME,
      held.token,
      JSON.stringify(report),
    ]);
    if (report.woken + report.latePayments + report.care > 0) {
      logger.warn({ ...report }, 'The reconciliation found differences');
    }
    return report;
  }

  /** When it last ran and what it found. */
  async last(): Promise<
    | {
        startedAt?: string;
        finishedAt?: string;
        running: boolean;
        report?: ReconciliationReport;
      }
    | undefined
  > {
    const [row] = await this.#options.database.query<{
      started_at: Date | null;
      finished_at: Date | null;
      report: ReconciliationReport | null;
      running: boolean;
    }>(job.jobStatement, [NAME]);
    return (
      row && {
        startedAt: row.started_at?.toISOString(),
        finishedAt: row.finished_at?.toISOString(),
        running: row.running,
        report: row.report ?? undefined,
      }
    );
  }

  async #compareAll(report: ReconciliationReport): Promise<void> {
    const { database, settledMs } = this.#options;
    const skipped = new Set<string>();
    while (report.compared + skipped.size < MOST_COMPARED) {
      const rows = await database.query<OrderRow & { moving: boolean }>(
        job.uncomparedStatement,
        [settledMs, BATCH],
      );
      const fresh = rows.filter(row => !skipped.has(row.id));
      if (fresh.length === 0) {
        return;
      }
      for (const row of fresh) {
        if (row.moving || !(await this.#compare(toOrder(row), report))) {
          skipped.add(row.id);
        }
      }
    }
  }

  /** @returns whether payments answered */
  async #compare(
    order: OrderRecord,
    report: ReconciliationReport,
  ): Promise<boolean> {
    const { database, logger, shop } = this.#options;
    let payment: Payment | undefined;
    try {
      payment = await shop.getPayment(order.paymentId, true);
    } catch (error) {
      if (!isNotFound(error)) {
        logger.warn({ error, order_id: order.orderId }, 'Not compared');
        report.unanswered += 1;
        return false;
      }
    }
    report.compared += 1;
    const difference = compareMoney(order, payment);
    // Marked first: what is done about it is a change, and is compared again.
    await database.query(job.comparedStatement, [order.orderId, order.version]);
    if (difference.kind === 'late-payment') {
      report.latePayments += 1;
      await database.query(wakeStatement, [order.orderId]);
    } else if (difference.kind === 'care' && order.state !== 'care') {
      report.care += 1;
      await database.query(putInCareStatement, [
        order.orderId,
        difference.reason,
        outboxParameter([careNeeded(order, difference.reason)], {
          source: SOURCE,
        }),
      ]);
    }
    return true;
  }

  async #finishErasures(): Promise<void> {
    const { database } = this.#options;
    await database.query(eraseOverStatement);
    const finished = await database.query<{ customer_id: string }>(
      finishedErasuresStatement,
    );
    for (const { customer_id: customerId } of finished) {
      await completeErasure(database, customerId);
    }
  }

  async #countStates(): Promise<void> {
    const { database, metrics } = this.#options;
    const rows = await database.query<{ state: string; orders: number }>(
      job.countStatesStatement,
    );
    const counts = new Map(rows.map(row => [row.state, row.orders]));
    for (const state of ORDER_STATES) {
      metrics.states.set({ state }, counts.get(state) ?? 0);
    }
  }
}

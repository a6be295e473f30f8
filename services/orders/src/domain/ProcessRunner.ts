import {
  type createLogger,
  DomainError,
  type NewEvent,
  runInRequestContext,
  WorkUnderway,
} from '@shopfloor/service-kit';
import type { Shop } from '../clients/shopClients.ts';
import type { OrderStore } from '../store/OrderStore.ts';
import { careNeeded, orderCancelled, orderConfirmed } from './orderEvents.ts';
import {
  nextState,
  orderProcess,
  type OrderState,
  stepOf,
} from './orderProcess.ts';
import { nextActionOf } from './paymentReading.ts';
import type { ProcessMetrics } from './ProcessMetrics.ts';
import type { Moved, ProcessTimes, StepContext } from './stepOutcome.ts';
import { performStep } from './steps.ts';
import type { OrderRecord } from './types.ts';
import { UnwrittenMoves } from './UnwrittenMoves.ts';

/** Options of {@link ProcessRunner}. */
export interface ProcessRunnerOptions {
  store: OrderStore;
  shop: Shop;
  times: ProcessTimes;
  /** How long one holds an order between two statements; longer than the longest step. */
  leaseMs: number;
  /** How long an order may go on unwritten on its straight way; a part of the lease. 0: each step is written. */
  passingMs: number;
  /** Attempts of a step after which a person has to look. */
  maxAttempts: number;
  metrics: ProcessMetrics;
  logger: ReturnType<typeof createLogger>;
}

/** How far a run came. */
export interface RunOutcome {
  order: OrderRecord;
  nextAction?: { type: 'redirect'; url: string };
  /** Why it stopped, when something did not answer. */
  error?: unknown;
}

const BACKGROUND: StepContext = { resumed: true };

/** Milliseconds to wait before a further attempt: doubled each time, five minutes at most. */
export function backoffMs(attempts: number): number {
  return Math.min(300_000, 500 * 2 ** Math.min(attempts, 12));
}

/**
 * Leads orders through their process. Whoever runs an order holds its lease. A step is one statement, and on the straight way to
 * the confirmation three steps are one: see {@link UnwrittenMoves}.
 */
export class ProcessRunner {
  readonly #options: ProcessRunnerOptions;
  readonly #behindAnswers = WorkUnderway.create();

  static create(options: ProcessRunnerOptions): ProcessRunner {
    return new ProcessRunner(options);
  }

  private constructor(options: ProcessRunnerOptions) {
    this.#options = options;
  }

  /** Leads an order on while its shopper waits: until it is confirmed, parked or over; the rest goes on behind the answer. */
  async runInline(
    order: OrderRecord,
    context: StepContext,
  ): Promise<RunOutcome> {
    const outcome = await this.#run(
      order,
      context,
      ({ confirmedAt }) => confirmedAt !== undefined,
    );
    if (
      outcome.order.confirmedAt &&
      outcome.error === undefined &&
      stepOf(outcome.order.state)
    ) {
      this.#behindAnswers.add(this.#goOn(outcome.order));
    }
    return outcome;
  }

  /** Leads an order on that a worker holds. */
  async runInBackground(order: OrderRecord): Promise<RunOutcome> {
    return this.#run(order, BACKGROUND, () => false);
  }

  /** Waits for what goes on behind answers. */
  close(): Promise<void> {
    return this.#behindAnswers.idle();
  }

  /** Leads on an order whose shopper has the answer; what fails is left to the worker. */
  async #goOn(order: OrderRecord): Promise<void> {
    try {
      // Its own deadline: the shopper's ends with the answer.
      await runInRequestContext({}, () =>
        this.#run(order, BACKGROUND, () => false),
      );
    } catch (error) {
      this.#options.logger.warn({ error }, 'An order was left to the worker');
    }
  }

  async #run(
    first: OrderRecord,
    context: StepContext,
    enough: (order: OrderRecord) => boolean,
  ): Promise<RunOutcome> {
    const { metrics, shop, times } = this.#options;
    let order = first;
    let moves = this.#movesOf(order);
    let nextAction: RunOutcome['nextAction'];
    for (;;) {
      const step = stepOf(order.state);
      if (!step) {
        return { order, nextAction };
      }
      const started = performance.now();
      const outcome = await performStep(step, order, { shop, times, context });
      metrics.steps.observe(
        { step, outcome: outcome.kind === 'move' ? outcome.signal : 'wait' },
        (performance.now() - started) / 1000,
      );
      if (outcome.payment) {
        nextAction = nextActionOf(outcome.payment);
      }
      if (outcome.kind === 'move') {
        moves.add(outcome, nextState(order.state, outcome.signal, outcome.to));
        if (moves.mayWait()) {
          order = moves.appliedTo(order);
          continue;
        }
      }
      const written = moves.isEmpty ? order : await this.#write(order, moves);
      if (!written) {
        return this.#lost(order, nextAction);
      }
      if (outcome.kind === 'wait') {
        return {
          order: await this.#wait(written, context, outcome),
          nextAction,
          error: outcome.error,
        };
      }
      order = written;
      if (isParked(order.state) || enough(order)) {
        return { order, nextAction };
      }
      moves = this.#movesOf(order);
    }
  }

  #movesOf(written: OrderRecord): UnwrittenMoves {
    return UnwrittenMoves.create(written, {
      passingMs: this.#options.passingMs,
      now: () => performance.now(),
    });
  }

  /** Another moved the order meanwhile: what it is now is told. */
  async #lost(
    order: OrderRecord,
    nextAction: RunOutcome['nextAction'],
  ): Promise<RunOutcome> {
    const { metrics, store } = this.#options;
    metrics.lost.inc();
    return { order: (await store.find(order.orderId)) ?? order, nextAction };
  }

  async #wait(
    order: OrderRecord,
    context: StepContext,
    { dueMs, error }: { dueMs?: number; error?: unknown },
  ): Promise<OrderRecord> {
    const { logger, maxAttempts, store } = this.#options;
    if (error === undefined) {
      await store.postpone(order, dueMs);
      return order;
    }
    if (!(error instanceof DomainError)) {
      logger.error({ error, order_id: order.orderId }, 'A step failed');
    }
    if (context.token !== undefined) {
      // A shopper who repeats himself does not use up the attempts of the process.
      await store.postpone(order, dueMs ?? backoffMs(order.attempts), {
        counts: false,
      });
      return order;
    }
    if (order.attempts + 1 < maxAttempts) {
      await store.postpone(order, dueMs ?? backoffMs(order.attempts));
      return order;
    }
    const code = error instanceof DomainError ? error.code : 'step-failed';
    const moves = this.#movesOf(order);
    moves.add(
      {
        kind: 'move',
        signal: 'care-needed',
        careReason: `${order.state}: ${code}`,
      },
      nextState(order.state, 'care-needed'),
    );
    return (await this.#write(order, moves)) ?? order;
  }

  async #write(
    order: OrderRecord,
    moves: UnwrittenMoves,
  ): Promise<OrderRecord | undefined> {
    const { leaseMs, metrics, store, times } = this.#options;
    const { earlier, last } = moves.toWrite();
    const { payment, to } = last;
    let dueMs: number | undefined;
    if (to === 'awaiting-payment') {
      dueMs = Math.max(
        100,
        Math.min(times.paymentPollMs, order.paymentLeftMs ?? 0),
      );
    }
    const goesOn = !isParked(to) && stepOf(to) !== undefined;
    const moved = await store.advance(order, {
      to,
      signal: last.signal,
      actor: 'orders',
      earlier,
      failure: last.failure,
      detail: last.failure && { ...last.failure },
      dueMs,
      leaseMs: goesOn ? leaseMs : undefined,
      payment: payment && {
        state: payment.state,
        version: payment.version,
        capturePolicy: payment.capturePolicy,
      },
      paymentDeadlineMs: last.paymentDeadlineMs,
      captured: last.captured,
      refunded: last.refunded,
      givesBack: to === 'rejected' || to === 'cancelled',
      careReason: last.careReason,
      events: eventsOf(order, to, last),
    });
    if (moved) {
      for (const { to: state } of [...earlier, last]) {
        metrics.transitions.inc({ state });
      }
    }
    return moved;
  }
}

function isParked(state: OrderState): boolean {
  return (
    state === 'awaiting-payment' ||
    orderProcess[state].kind === 'end' ||
    stepOf(state) === undefined
  );
}

function eventsOf(
  order: OrderRecord,
  to: OrderState,
  outcome: Moved,
): NewEvent[] {
  if (to === 'requesting-shipment') {
    return [orderConfirmed(order)];
  }
  if (to === 'cancelled' && !order.usesReturned) {
    return [orderCancelled(order, order.failure?.code ?? 'cancelled')];
  }
  if (to === 'care') {
    return [careNeeded(order, outcome.careReason ?? 'care-needed')];
  }
  return [];
}

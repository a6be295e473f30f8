import { mayPass, type OrderSignal, type OrderState } from './orderProcess.ts';
import type { Moved } from './stepOutcome.ts';
import type { OrderRecord } from './types.ts';

/** A move that is written together with a later one. */
export interface EarlierMove {
  to: OrderState;
  signal: OrderSignal;
  /** How long before the write it happened. */
  agoMs: number;
}

/** Moves as one write. */
export interface MovesToWrite {
  /** The last, with what the earlier ones brought. */
  last: Moved & { to: OrderState };
  earlier: EarlierMove[];
}

/** Options of {@link UnwrittenMoves}. */
export interface UnwrittenMovesOptions {
  /** How long an order may go on unwritten after its lease was taken; 0: not at all. */
  passingMs: number;
  /** Milliseconds of a clock that never goes back. */
  now: () => number;
}

/**
 * What an order went through since it was last written. Whoever holds it asks stock, payment and stock again, all by ids that
 * lie on the order, so that a process which dies in between loses nothing but the times: the next one asks the same again.
 * The lease still covers the step that is under way, since an order goes on unwritten for a part of it only.
 */
export class UnwrittenMoves {
  readonly #options: UnwrittenMovesOptions;
  readonly #moves: { moved: Moved; to: OrderState; atMs: number }[] = [];
  readonly #written: OrderState;
  readonly #leasedAtMs: number;

  /** @param written - the order as it is stored, its lease just taken or renewed */
  static create(
    written: Pick<OrderRecord, 'state'>,
    options: UnwrittenMovesOptions,
  ): UnwrittenMoves {
    return new UnwrittenMoves(written, options);
  }

  private constructor(
    { state }: Pick<OrderRecord, 'state'>,
    options: UnwrittenMovesOptions,
  ) {
    this.#written = state;
    this.#options = options;
    this.#leasedAtMs = options.now();
  }

  /** Whether there is nothing to write. */
  get isEmpty(): boolean {
    return this.#moves.length === 0;
  }

  /** The order moved on. */
  add(moved: Moved, to: OrderState): void {
    this.#moves.push({ moved, to, atMs: this.#options.now() });
  }

  /** Whether the order may go on before its moves are written. */
  mayWait(): boolean {
    const { now, passingMs } = this.#options;
    return (
      now() - this.#leasedAtMs < passingMs &&
      this.#moves.every(({ to }) => mayPass(this.#written, to))
    );
  }

  /** The order as it is once its last move is written, as far as the next step needs it. */
  appliedTo(order: OrderRecord): OrderRecord {
    const { moved, to } = this.#moves.at(-1)!;
    return {
      ...order,
      state: to,
      paymentLeftMs: moved.paymentDeadlineMs ?? order.paymentLeftMs,
    };
  }

  /** All of them as one write. */
  toWrite(): MovesToWrite {
    const nowMs = this.#options.now();
    const { moved, to } = this.#moves.at(-1)!;
    const deadline = this.#moves.findLast(
      move => move.moved.paymentDeadlineMs !== undefined,
    );
    return {
      last: {
        ...moved,
        to,
        payment: this.#moves.findLast(move => move.moved.payment)?.moved
          .payment,
        paymentDeadlineMs:
          deadline &&
          deadline.moved.paymentDeadlineMs! - (nowMs - deadline.atMs),
      },
      earlier: this.#moves.slice(0, -1).map(move => ({
        to: move.to,
        signal: move.moved.signal,
        agoMs: nowMs - move.atMs,
      })),
    };
  }
}

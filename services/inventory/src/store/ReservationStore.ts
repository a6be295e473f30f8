import type {
  Line,
  ReservationDetail,
  ReservationState,
} from '../domain/types.ts';

/** What an attempt to keep stock came to. */
export type ReserveOutcome =
  /** Kept now, until this time. */
  | { outcome: 'held'; expiresAt: string }
  /** The same reservation stands already. */
  | { outcome: 'known'; state: ReservationState; expiresAt: string }
  /** The id belongs to other lines. */
  | { outcome: 'other' }
  /** Not enough of these SKUs; nothing was kept. */
  | { outcome: 'short'; short: { sku: string; available: number }[] };

/** What an attempt to confirm or release came to. */
export interface ChangeOutcome {
  /** Where the reservation stood before; undefined when there is none. */
  state?: ReservationState;
  expiresAt?: string;
  /** A hold whose time is over. */
  late: boolean;
  /** Whether this call changed it. */
  done: boolean;
}

/** Stock kept for orders. */
export interface ReservationStore {
  reserve(options: {
    reservationId: string;
    /** In the order of their SKUs, each once. */
    lines: readonly Line[];
    linesHash: string;
    ttlSeconds: number;
  }): Promise<ReserveOutcome>;

  confirm(reservationId: string): Promise<ChangeOutcome>;

  release(reservationId: string): Promise<ChangeOutcome>;

  find(
    reservationId: string,
  ): Promise<(ReservationDetail & { linesHash: string }) | undefined>;

  /**
   * Ends holds past their time that keep any of these SKUs.
   *
   * @param short - SKUs, and how much of each was said to be available
   * @returns whether there were any, or there is more by now, so that asking for the stock again is worth while
   */
  reclaim(
    short: readonly { sku: string; available: number }[],
  ): Promise<boolean>;

  /** Ends at most so many holds past their time. @returns how many it ended */
  sweep(limit: number): Promise<number>;
}

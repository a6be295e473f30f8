import type { Address, Line, OptionId, TrackingCode } from '../domain/types.ts';

/** What a carrier can do by itself. */
export interface CarrierCapabilities {
  /** Reports dispatch and delivery itself; without it staff do. */
  reports: boolean;
  /** One shipment may leave as several parcels. */
  partialDispatch: boolean;
  /** Nothing really moves. */
  sample: boolean;
}

/** What a carrier is asked to bring. */
export interface BookingRequest {
  /** Our id: booking it again makes nothing new. */
  shipmentId: string;
  optionId: OptionId;
  address: Address;
  lines: readonly Line[];
}

/** Something a carrier says has happened. */
export interface CarrierEvent {
  code: TrackingCode;
  /** RFC 3339. */
  at: string;
  /** With `dispatched`: the number to follow it by. */
  trackingId?: string;
}

/** All that a carrier knows of a shipment. */
export interface CarrierReport {
  /** In order of time, all so far. */
  events: CarrierEvent[];
  /** When it is worth asking again; absent: never. */
  checkAgainInSeconds?: number;
}

/** A carrier's promise, or the news that it was cancelled before it was made. */
export type Booking =
  | {
      state: 'booked';
      reference: string;
      /** What `track` would tell right after, where the answer to a booking tells it: then nobody asks. */
      report?: CarrierReport;
    }
  | { state: 'cancelled' };

/**
 * A carrier. Every call may be repeated, and comes again after a crash:
 *
 * - `book` of an id that is booked gives the same reference, and with it, if anything, what `track` gives.
 * - After `cancel` answered `cancelled`, `book` of that id gives `cancelled`, also if it was never booked: a cancellation
 *   that overtakes a booking wins.
 * - After `track` told of a dispatch, `cancel` gives `already-dispatched`.
 * - What `track` has told it tells again, in the same order.
 *
 * `testing/carrierContract.ts` holds every carrier to it. A call that fails throws; it is tried again later.
 */
export interface Carrier {
  /** In rows, events and views. */
  readonly name: string;
  readonly capabilities: CarrierCapabilities;
  book(request: BookingRequest): Promise<Booking>;
  cancel(shipmentId: string): Promise<'cancelled' | 'already-dispatched'>;
  track(shipmentId: string): Promise<CarrierReport>;
}

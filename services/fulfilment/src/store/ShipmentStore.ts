import type { NewEvent, Queryable } from '@shopfloor/service-kit';
import type {
  NewShipment,
  Parcel,
  ReceivedReturn,
  ReturnLine,
  Shipment,
  ShipmentWithAddress,
} from '../domain/shipment.ts';
import type { ShipmentLine, ShipmentState } from '../domain/shipmentState.ts';
import type { Address, TrackingCode } from '../domain/types.ts';

/** What is decided when a shipment is made. */
export interface CreateOptions {
  shipment: NewShipment;
  fingerprint: string;
  carrier: string;
  sample: boolean;
  days?: { minDays: number; maxDays: number };
  /** In how many seconds the carrier is to be asked; absent: it does not report. */
  checkInSeconds?: number;
}

/** A shipment as it is after it was made, perhaps earlier. */
export interface CreatedShipment {
  shipment: Shipment;
  created: boolean;
  /** Of the request that made it; absent once erased. */
  fingerprint?: string;
}

/** One change of a shipment, written with its events in one statement. */
export interface ShipmentChange {
  state: ShipmentState;
  lines: readonly ShipmentLine[];
  /** Nothing is left to bring. */
  closes: boolean;
  parcel?: Pick<Parcel, 'parcelId' | 'trackingId' | 'lines'> & {
    closes: boolean;
  };
  /** All its parcels have arrived. */
  delivered?: boolean;
  tracking: { code: TrackingCode; parcelId?: string; at?: string }[];
  events: NewEvent[];
}

/** What a decision is made on: all shipments of the order, locked. */
export interface LockedShipment {
  shipment: Shipment;
  /** The other shipments of its order. */
  siblings: Shipment[];
}

/** A shipment whose carrier is to be asked now. */
export interface DueShipment {
  shipment: Shipment;
  address?: Address;
  bookingReference?: string;
}

/** What a look at the carrier gave. */
export interface CarrierCheck {
  shipmentId: string;
  /** The carrier's, when it was booked now. */
  bookingReference?: string;
  /** Moments that were not known; without `at`, of now. */
  moments: readonly { code: TrackingCode; at?: string }[];
  /** When the carrier is asked next; absent: never again. */
  checkAgainInSeconds?: number;
}

/** What an export tells of a customer. */
export interface CustomerRecords {
  shipments: ShipmentWithAddress[];
  returns: ReceivedReturn[];
}

/** Which shipments staff want to see. */
export interface ShipmentQuery {
  state?: ShipmentState;
  limit: number;
  /** Id of the last one of the page before. */
  after?: string;
}

/** Keeps shipments. Time is the database's. */
export interface ShipmentStore {
  create(options: CreateOptions): Promise<CreatedShipment>;
  find(shipmentId: string): Promise<ShipmentWithAddress | undefined>;
  ofOrder(orderId: string): Promise<Shipment[]>;
  /** Newest first, at most `limit + 1`. */
  list(query: ShipmentQuery): Promise<Shipment[]>;

  /**
   * Decides on the locked shipments of an order and writes what is decided.
   * Nothing is written when `decide` returns no change or throws.
   *
   * @returns undefined when there is no such shipment
   */
  change(
    shipmentId: string,
    decide: (locked: LockedShipment) => ShipmentChange | undefined,
  ): Promise<Shipment | undefined>;

  /**
   * Writes a change that was decided on a shipment as it was read, without siblings, in one statement.
   *
   * @returns undefined when it has changed since, or has siblings: then decide on the locked ones
   */
  changeAlone(
    read: Shipment,
    change: ShipmentChange,
  ): Promise<Shipment | undefined>;

  /**
   * Writes a return and what it does to the shipments of its order.
   *
   * @returns the return as it is, and whether it was there before
   */
  receiveReturn(options: {
    returnId: string;
    orderId: string;
    lines: ReturnLine[];
    decide: (shipments: Shipment[]) => {
      changes: {
        shipmentId: string;
        state: ShipmentState;
        lines: readonly ShipmentLine[];
      }[];
      events: NewEvent[];
    };
  }): Promise<{ received: ReceivedReturn; created: boolean }>;
  findReturn(returnId: string): Promise<ReceivedReturn | undefined>;

  /** Takes shipments whose carrier is to be asked now; nobody else gets them until the lease ends. */
  claimDue(options: {
    limit: number;
    leaseSeconds: number;
  }): Promise<DueShipment[]>;
  /** Writes down what a look at the carrier gave beside {@link ShipmentStore.change}; the last thing of a look. */
  noteCheck(check: CarrierCheck): Promise<void>;
  /** Sets when the carrier is asked next; undefined: never again. */
  scheduleCheck(
    shipmentId: string,
    afterSeconds: number | undefined,
  ): Promise<void>;
  /** Asks again later, each time twice as late up to five minutes. */
  noteCheckFailure(shipmentId: string): Promise<void>;

  records(customerId: string): Promise<CustomerRecords>;
  /** A guest's order belongs to a customer now, and so do its shipments. @returns whether it had any that did not */
  giveToCustomer(
    tx: Queryable,
    options: { orderId: string; customerId: string },
  ): Promise<boolean>;
  /** Notes that a customer is to be forgotten. Runs where the event is handled. */
  requestErasure(tx: Queryable, customerId: string): Promise<void>;
  /** Erases addresses that are no longer needed, and says how many. */
  eraseAddresses(options: {
    retentionDays: number;
    limit: number;
  }): Promise<number>;
  /** Reports customers of whom nothing is left, and says how many. */
  completeErasures(eventFor: (customerId: string) => NewEvent): Promise<number>;
}

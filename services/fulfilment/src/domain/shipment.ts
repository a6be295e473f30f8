import type {
  DeliveryEstimate,
  Line,
  OptionId,
  TrackingCode,
} from './types.ts';
import type { ShipmentLine, ShipmentState } from './shipmentState.ts';
import type { Address } from './types.ts';

/** Something that left, with its own tracking id. */
export interface Parcel {
  parcelId: string;
  trackingId: string;
  lines: Line[];
  dispatchedAt: string;
  deliveredAt?: string;
}

/** A moment of a shipment's way. */
export interface TrackingEvent {
  code: TrackingCode;
  at: string;
  parcelId?: string;
}

/** A shipment without the address: what a shopper and other services may see. */
export interface Shipment {
  shipmentId: string;
  orderId: string;
  state: ShipmentState;
  optionId: OptionId;
  carrier: string;
  /** True when no goods move: the sandbox's carrier. */
  sample: boolean;
  version: number;
  lines: ShipmentLine[];
  parcels: Parcel[];
  events: TrackingEvent[];
  /** Absent when the place was in no zone of the table any more. */
  estimatedDelivery?: DeliveryEstimate;
  createdAt: string;
  updatedAt: string;
}

/** What staff see as well. */
export interface ShipmentWithAddress extends Shipment {
  /** Absent once erased. */
  address?: Address;
  addressErasedAt?: string;
}

/** What makes a shipment. The caller makes its id. */
export interface NewShipment {
  shipmentId: string;
  orderId: string;
  /** Whose it is, for export and erasure; absent for a guest's order. */
  customerId?: string;
  optionId: OptionId;
  address: Address;
  lines: Line[];
}

/** Goods that came back, and whether each can be sold again. */
export interface ReturnLine extends Line {
  restock: boolean;
}

/** A return that the warehouse has looked at. */
export interface ReceivedReturn {
  returnId: string;
  orderId: string;
  lines: ReturnLine[];
  receivedAt: string;
}

/** What a shopper is told about a SKU. */
export type StockState = 'in-stock' | 'low' | 'out';

/** Where a reservation stands. */
export type ReservationState = 'held' | 'confirmed' | 'released' | 'expired';

/** How many of a SKU are wanted. */
export interface Line {
  sku: string;
  quantity: number;
}

/** A line with the warehouse it is taken from. */
export interface ReservationLine extends Line {
  warehouseId: string;
  /** How many have left the warehouse. */
  shipped: number;
}

/** Stock kept for an order. */
export interface Reservation {
  reservationId: string;
  state: ReservationState;
  /** When a hold ends by itself; without meaning once confirmed. */
  expiresAt: string;
}

/** A reservation with what it keeps and where. */
export interface ReservationDetail extends Reservation {
  lines: ReservationLine[];
}

/** How much of a SKU can still be promised. */
export interface Availability {
  sku: string;
  /** On hand, less what is held and what is allocated, over all warehouses. */
  available: number;
  state: StockState;
}

/** The stock of a SKU in one warehouse. */
export interface WarehouseStock {
  warehouseId: string;
  onHand: number;
  held: number;
  allocated: number;
  available: number;
}

/** The stock of a SKU. */
export interface SkuStock extends Availability {
  productId: string;
  /** Whether its product still lists it. */
  listed: boolean;
  sample: boolean;
  warehouses: WarehouseStock[];
}

/** A place that goods lie in. */
export interface Warehouse {
  warehouseId: string;
  name: string;
  /** Order of preference when an order could be taken from several; lowest first. */
  position: number;
}

/** Kinds of movements in the ledger. */
export const MOVEMENT_KINDS = [
  'received',
  'held',
  'released',
  'confirmed',
  'shipped',
  'returned',
  'adjusted',
] as const;

/** What a movement was. */
export type MovementKind = (typeof MOVEMENT_KINDS)[number];

/** One row of the ledger: by how much the three quantities changed. */
export interface Movement {
  movementId: string;
  kind: MovementKind;
  sku: string;
  warehouseId: string;
  quantity: number;
  onHand: number;
  held: number;
  allocated: number;
  /** Id of the reservation, receipt, adjustment, shipment, return or reconciliation. */
  reference: string;
  reason?: string;
  /** Subject of the member of staff; absent for what the shop did by itself. */
  actor?: string;
  recordedAt: string;
}

/** One difference that a reconciliation found. */
export interface Difference {
  sku: string;
  /** Empty for the state of a SKU, which is over all warehouses. */
  warehouseId: string;
  quantity: 'on_hand' | 'held' | 'allocated' | 'state';
  /** What the stock said. */
  stock: string;
  /** What the movements add up to. */
  ledger?: string;
  /** What the reservations keep; only for held and allocated. */
  reservations?: string;
  outcome: 'repaired' | 'needs-care';
}

/** One run over all stock. */
export interface Reconciliation {
  reconciliationId: string;
  state: 'open' | 'done';
  requestedBy: string;
  skusChecked: number;
  /** Holds past their time that nobody had swept. */
  holdsExpired: number;
  differences: number;
  /** Differences that a person has to look at. */
  unrepaired: number;
  startedAt: string;
  finishedAt?: string;
}

/** One page of a list. */
export interface Page<T> {
  items: T[];
  /** Given back to get the next page; absent on the last. */
  nextCursor?: string;
}

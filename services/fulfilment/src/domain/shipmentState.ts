import type { Line } from './types.ts';

/** What a shipment is in. */
export const SHIPMENT_STATES = [
  'pending',
  'partially-dispatched',
  'dispatched',
  'delivered',
  'cancelled',
  'lost',
  'returned',
] as const;

/** The state of a shipment. */
export type ShipmentState = (typeof SHIPMENT_STATES)[number];

/** What can happen to a shipment. */
export type ShipmentCommand =
  'dispatch-part' | 'dispatch-rest' | 'deliver' | 'cancel' | 'lose' | 'return';

/**
 * The closed state machine: what is not here is refused. Nothing leads back, so
 * a late or repeated report of a carrier can never move a shipment backwards.
 */
const TRANSITIONS: Readonly<
  Record<ShipmentState, Partial<Record<ShipmentCommand, ShipmentState>>>
> = {
  pending: {
    'dispatch-part': 'partially-dispatched',
    'dispatch-rest': 'dispatched',
    cancel: 'cancelled',
  },
  'partially-dispatched': {
    'dispatch-part': 'partially-dispatched',
    'dispatch-rest': 'dispatched',
  },
  dispatched: { deliver: 'delivered', lose: 'lost', return: 'returned' },
  delivered: { return: 'returned' },
  cancelled: {},
  // What was given up for lost may still turn up, at the customer's or at ours.
  lost: { deliver: 'delivered', return: 'returned' },
  returned: {},
};

/** The state after a command; undefined when it is refused. */
export function nextState(
  state: ShipmentState,
  command: ShipmentCommand,
): ShipmentState | undefined {
  return TRANSITIONS[state][command];
}

/** States in which nothing is left to bring: the address is no longer needed to do the work. */
export const CLOSED_STATES: readonly ShipmentState[] = [
  'delivered',
  'cancelled',
  'lost',
  'returned',
];

/** A line of a shipment and what became of it. */
export interface ShipmentLine extends Line {
  dispatched: number;
  returned: number;
}

/** Why lines cannot be dispatched or taken back. */
export interface LineProblem {
  index: number;
  sku: string;
  reason: 'unknown-sku' | 'too-many' | 'twice';
}

/** What a dispatch does to the lines of a shipment. */
export type DispatchOutcome =
  | { ok: true; lines: ShipmentLine[]; sent: Line[]; complete: boolean }
  | { ok: false; problems: LineProblem[] };

/** Sends some lines, or with `undefined` all that is left. */
export function dispatchLines(
  lines: readonly ShipmentLine[],
  wanted: readonly Line[] | undefined,
): DispatchOutcome {
  const sent =
    wanted ??
    lines
      .map(({ sku, quantity, dispatched }) => ({
        sku,
        quantity: quantity - dispatched,
      }))
      .filter(({ quantity }) => quantity > 0);
  const problems: LineProblem[] = [];
  const next = lines.map(line => ({ ...line }));
  const seen = new Set<string>();
  sent.forEach(({ sku, quantity }, index) => {
    const line = next.find(candidate => candidate.sku === sku);
    if (!line) {
      problems.push({ index, sku, reason: 'unknown-sku' });
    } else if (seen.has(sku)) {
      problems.push({ index, sku, reason: 'twice' });
    } else if (line.dispatched + quantity > line.quantity) {
      problems.push({ index, sku, reason: 'too-many' });
    } else {
      line.dispatched += quantity;
    }
    seen.add(sku);
  });
  if (problems.length > 0) {
    return { ok: false, problems };
  }
  return {
    ok: true,
    lines: next,
    sent: [...sent],
    complete: next.every(line => line.dispatched === line.quantity),
  };
}

/** The lines of one of an order's shipments. */
export interface ShipmentLines {
  shipmentId: string;
  lines: readonly ShipmentLine[];
}

/** What taking goods back does to an order's shipments. */
export type ReturnOutcome =
  | {
      ok: true;
      /** Shipments that changed, whole. */
      changed: (ShipmentLines & { allReturned: boolean })[];
    }
  | { ok: false; problems: LineProblem[] };

/**
 * Allots returned goods to what was sent, oldest shipment first. More than was sent
 * and not yet returned is refused as a whole. A SKU may come twice: some to be sold
 * again, some not.
 */
export function allotReturn(
  shipments: readonly ShipmentLines[],
  returned: readonly Line[],
): ReturnOutcome {
  const next = shipments.map(({ shipmentId, lines }) => ({
    shipmentId,
    lines: lines.map(line => ({ ...line })),
    touched: false,
  }));
  const problems: LineProblem[] = [];
  returned.forEach(({ sku, quantity }, index) => {
    let left = quantity;
    let known = false;
    for (const shipment of next) {
      for (const line of shipment.lines) {
        if (line.sku === sku) {
          known = true;
          const taken = Math.min(left, line.dispatched - line.returned);
          if (taken > 0) {
            line.returned += taken;
            left -= taken;
            shipment.touched = true;
          }
        }
      }
    }
    if (!known) {
      problems.push({ index, sku, reason: 'unknown-sku' });
    } else if (left > 0) {
      problems.push({ index, sku, reason: 'too-many' });
    }
  });
  if (problems.length > 0) {
    return { ok: false, problems };
  }
  return {
    ok: true,
    changed: next
      .filter(({ touched }) => touched)
      .map(({ shipmentId, lines }) => ({
        shipmentId,
        lines,
        allReturned: lines.every(line =>
          line.dispatched > 0 ? line.returned === line.dispatched : true,
        ),
      })),
  };
}

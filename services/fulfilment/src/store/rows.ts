import { estimateDelivery } from '../domain/estimate.ts';
import type {
  ReceivedReturn,
  ReturnLine,
  Shipment,
} from '../domain/shipment.ts';
import type { ShipmentLine, ShipmentState } from '../domain/shipmentState.ts';
import type { Line, OptionId, TrackingCode } from '../domain/types.ts';

/** A shipment as the view of `statements.ts` selects it. */
export interface ShipmentRow {
  shipment_id: string;
  order_id: string;
  option_id: OptionId;
  carrier: string;
  sample: boolean;
  state: ShipmentState;
  version: number;
  lines: ShipmentLine[];
  min_days: number | null;
  max_days: number | null;
  created_at: Date;
  updated_at: Date;
  /** Times in JSON are text. */
  parcels: {
    parcelId: string;
    trackingId: string;
    lines: Line[];
    dispatchedAt: string;
    deliveredAt: string | null;
  }[];
  events: { code: TrackingCode; at: string; parcelId: string | null }[];
}

/** A row of `returns`. */
export interface ReturnRow {
  return_id: string;
  order_id: string;
  lines: ReturnLine[];
  received_at: Date;
}

function utc(time: string): string {
  return new Date(time).toISOString();
}

/** The shipment of a row. */
export function toShipment(row: ShipmentRow): Shipment {
  const { min_days: minDays, max_days: maxDays } = row;
  return {
    shipmentId: row.shipment_id,
    orderId: row.order_id,
    state: row.state,
    optionId: row.option_id,
    carrier: row.carrier,
    sample: row.sample,
    version: row.version,
    lines: row.lines.map(({ sku, quantity, dispatched, returned }) => ({
      sku,
      quantity,
      dispatched,
      returned,
    })),
    parcels: row.parcels.map(
      ({ parcelId, trackingId, lines, dispatchedAt, deliveredAt }) => ({
        parcelId,
        trackingId,
        lines: lines.map(({ sku, quantity }) => ({ sku, quantity })),
        dispatchedAt: utc(dispatchedAt),
        deliveredAt: deliveredAt === null ? undefined : utc(deliveredAt),
      }),
    ),
    events: row.events.map(({ code, at, parcelId }) => ({
      code,
      at: utc(at),
      parcelId: parcelId ?? undefined,
    })),
    estimatedDelivery:
      minDays === null || maxDays === null
        ? undefined
        : estimateDelivery({ from: row.created_at, minDays, maxDays }),
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

/** The return of a row. */
export function toReturn(row: ReturnRow): ReceivedReturn {
  return {
    returnId: row.return_id,
    orderId: row.order_id,
    lines: row.lines.map(({ sku, quantity, restock }) => ({
      sku,
      quantity,
      restock,
    })),
    receivedAt: row.received_at.toISOString(),
  };
}

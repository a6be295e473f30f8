import type { Shipment } from '../domain/shipment.ts';
import type { ShipmentChange } from './ShipmentStore.ts';

/**
 * A shipment as `changeStatement` leaves it, so that it need not be read again. `now` is the time of that statement's transaction,
 * which is the time of all that has none of its own.
 */
export function applyChange(
  shipment: Shipment,
  change: ShipmentChange,
  now: string,
): Shipment {
  const parcels = change.delivered
    ? shipment.parcels.map(parcel => ({
        ...parcel,
        deliveredAt: parcel.deliveredAt ?? now,
      }))
    : [...shipment.parcels];
  if (change.parcel) {
    const { parcelId, trackingId, lines } = change.parcel;
    parcels.push({
      parcelId,
      trackingId,
      lines: lines.map(({ sku, quantity }) => ({ sku, quantity })),
      dispatchedAt: now,
      deliveredAt: undefined,
    });
  }
  const events = [...shipment.events];
  for (const { code, at, parcelId } of change.tracking) {
    const known =
      parcelId === undefined &&
      events.some(event => event.code === code && event.parcelId === undefined);
    if (!known) {
      events.push({
        code,
        at: at ? new Date(at).toISOString() : now,
        parcelId,
      });
    }
  }
  // Stable, as the view's order by time and then by id.
  events.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  return {
    ...shipment,
    state: change.state,
    lines: change.lines.map(({ sku, quantity, dispatched, returned }) => ({
      sku,
      quantity,
      dispatched,
      returned,
    })),
    parcels,
    events,
    version: shipment.version + 1,
    updatedAt: now,
  };
}

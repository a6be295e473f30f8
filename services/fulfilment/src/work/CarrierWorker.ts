import type { ServiceMetrics } from '@shopfloor/service-kit';
import type { Logger } from 'pino';
import { Counter } from 'prom-client';
import type { CarrierReport } from '../carriers/Carrier.ts';
import type { Carriers } from '../carriers/Carriers.ts';
import type { Shipment } from '../domain/shipment.ts';
import type { ShipmentService } from '../domain/ShipmentService.ts';
import type { TrackingCode } from '../domain/types.ts';
import type { DueShipment, ShipmentStore } from '../store/ShipmentStore.ts';

/** Options of {@link CarrierWorker}. */
export interface CarrierWorkerOptions {
  store: ShipmentStore;
  shipments: ShipmentService;
  carriers: Carriers;
  metrics: ServiceMetrics;
  logger: Logger;
  /** Shipments asked about at once. */
  batch?: number;
  /** How long a claimed shipment is left alone by others; longer than a carrier may take. */
  leaseSeconds?: number;
}

/**
 * Books with carriers that report, and takes over what they report. A shipment is
 * claimed by moving its next check ahead, so one that is killed in between is taken up
 * again when that time comes; carriers bear being asked twice.
 */
export class CarrierWorker {
  readonly #options: Required<CarrierWorkerOptions>;
  readonly #checks: Counter<'carrier' | 'outcome'>;

  static create(options: CarrierWorkerOptions): CarrierWorker {
    return new CarrierWorker(options);
  }

  private constructor(options: CarrierWorkerOptions) {
    this.#options = { batch: 20, leaseSeconds: 60, ...options };
    this.#checks = new Counter({
      name: 'fulfilment_carrier_checks_total',
      help: 'Questions to carriers, by whether they were answered.',
      labelNames: ['carrier', 'outcome'],
      registers: [options.metrics.registry],
    });
  }

  /** Asks about what is due. Says whether the batch was full. */
  async round(): Promise<boolean> {
    const { store, batch, leaseSeconds } = this.#options;
    const due = await store.claimDue({ limit: batch, leaseSeconds });
    await Promise.all(due.map(one => this.#check(one)));
    return due.length === batch;
  }

  async #check(due: DueShipment): Promise<void> {
    const { store, logger } = this.#options;
    const { shipmentId, carrier } = due.shipment;
    try {
      await this.#ask(due);
      this.#checks.inc({ carrier, outcome: 'answered' });
    } catch (error) {
      this.#checks.inc({ carrier, outcome: 'failed' });
      logger.warn(
        { error, shipment_id: shipmentId, carrier },
        'A carrier was not asked; it is asked again',
      );
      await store.noteCheckFailure(shipmentId);
    }
  }

  async #ask(due: DueShipment): Promise<void> {
    const { store, shipments, carriers } = this.#options;
    const { shipment, address, bookingReference } = due;
    const { shipmentId } = shipment;
    const carrier = carriers.of(shipment);
    let booked: string | undefined;
    if (bookingReference === undefined && address) {
      const booking = await carrier.book({
        shipmentId,
        optionId: shipment.optionId,
        address,
        lines: shipment.lines.map(({ sku, quantity }) => ({ sku, quantity })),
      });
      booked = booking.state === 'booked' ? booking.reference : undefined;
    }
    const report = await carrier.track(shipmentId);
    await shipments.applyReport(shipment, report);
    // Last: a look that is cut off is repeated when its claim ends, and a booking asked for twice is one.
    await store.noteCheck({
      shipmentId,
      bookingReference: booked,
      moments: newMoments(shipment, report, booked !== undefined),
      checkAgainInSeconds: report.checkAgainInSeconds,
    });
  }
}

/** Moments of the way that move nothing and are not known yet. */
function newMoments(
  shipment: Shipment,
  report: CarrierReport,
  booked: boolean,
): { code: TrackingCode; at?: string }[] {
  const moments: { code: TrackingCode; at?: string }[] = report.events
    .filter(({ code }) => code === 'booked' || code === 'in-transit')
    .map(({ code, at }) => ({ code, at }));
  if (booked && !moments.some(({ code }) => code === 'booked')) {
    moments.push({ code: 'booked' });
  }
  return moments.filter(
    ({ code }) => !shipment.events.some(event => event.code === code),
  );
}

import type { ServiceMetrics } from '@shopfloor/service-kit';
import type { Logger } from 'pino';
import { Counter } from 'prom-client';
import type { Carriers } from '../carriers/Carriers.ts';
import type { ShipmentService } from '../domain/ShipmentService.ts';
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
    if (bookingReference === undefined && address) {
      const booking = await carrier.book({
        shipmentId,
        optionId: shipment.optionId,
        address,
        lines: shipment.lines.map(({ sku, quantity }) => ({ sku, quantity })),
      });
      if (booking.state === 'booked') {
        await store.noteBooking(shipmentId, booking.reference);
      }
    }
    const report = await carrier.track(shipmentId);
    await shipments.applyReport(shipmentId, report);
    await store.scheduleCheck(shipmentId, report.checkAgainInSeconds);
  }
}

import {
  inOwnTrace,
  type ServiceMetrics,
  type Tracing,
  WorkUnderway,
} from '@shopfloor/service-kit';
import type { Logger } from 'pino';
import { Counter } from 'prom-client';
import type { CarrierReport } from '../carriers/Carrier.ts';
import type { Carriers } from '../carriers/Carriers.ts';
import type { NewShipment, Shipment } from '../domain/shipment.ts';
import type { ShipmentService } from '../domain/ShipmentService.ts';
import type { TrackingCode } from '../domain/types.ts';
import type { DueShipment, ShipmentStore } from '../store/ShipmentStore.ts';

/** Options of {@link CarrierWorker}. */
export interface CarrierWorkerOptions {
  store: ShipmentStore;
  shipments: ShipmentService;
  carriers: Carriers;
  metrics: ServiceMetrics;
  tracing: Tracing;
  logger: Logger;
  /** Shipments asked about at once, by a round and as they are made. */
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
  /** Of shipments that were made here. */
  readonly #firstLooks = WorkUnderway.create();

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

  /**
   * Makes a shipment and asks its carrier right after, so that no round has to find it: it is made claimed. With too much under way
   * it is made due, as {@link ShipmentService.create} makes it.
   *
   * @returns also whether it waits for a round
   */
  async make(
    request: NewShipment,
  ): Promise<{ shipment: Shipment; created: boolean; waits: boolean }> {
    const { shipments, carriers, batch, leaseSeconds, logger } = this.#options;
    if (this.#firstLooks.size >= batch) {
      const made = await shipments.create(request);
      return { ...made, waits: made.created };
    }
    const making = shipments.create(request, leaseSeconds);
    this.#firstLooks.add(
      making
        .then(
          async ({ shipment, created }) => {
            if (created && carriers.of(shipment).capabilities.reports) {
              await this.#lookAtNew(shipment, request);
            }
          },
          () => undefined,
        )
        .catch(error =>
          logger.warn(
            { error, shipment_id: request.shipmentId },
            'What a carrier said of a new shipment was not noted; it is asked again',
          ),
        ),
    );
    return { ...(await making), waits: false };
  }

  /** Waits for what was begun with shipments that were made. */
  idle(): Promise<void> {
    return this.#firstLooks.idle();
  }

  /** Asks about what is due. Says whether the batch was full. */
  async round(): Promise<boolean> {
    const { store, batch, leaseSeconds } = this.#options;
    const due = await store.claimDue({ limit: batch, leaseSeconds });
    await Promise.all(due.map(one => this.#check(one)));
    return due.length === batch;
  }

  /** Outside of the request that made it, whose caller waits for none of this. */
  async #lookAtNew(shipment: Shipment, request: NewShipment): Promise<void> {
    await inOwnTrace(
      this.#options.tracing,
      {
        name: 'book shipment',
        attributes: { 'shopfloor.shipment.id': shipment.shipmentId },
      },
      () => this.#check({ shipment, address: request.address }),
    );
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
    let report: CarrierReport | undefined;
    if (bookingReference === undefined && address) {
      const booking = await carrier.book({
        shipmentId,
        optionId: shipment.optionId,
        address,
        lines: shipment.lines.map(({ sku, quantity }) => ({ sku, quantity })),
      });
      if (booking.state === 'booked') {
        ({ reference: booked, report } = booking);
      }
    }
    report ??= await carrier.track(shipmentId);
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

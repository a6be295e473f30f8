import {
  ConflictError,
  InvalidInputError,
  NotFoundError,
} from '@shopfloor/service-kit';
import type { CarrierReport } from '../carriers/Carrier.ts';
import type { Carriers } from '../carriers/Carriers.ts';
import type { LockedShipment, ShipmentStore } from '../store/ShipmentStore.ts';
import {
  decideDispatch,
  decideEnd,
  decideReport,
  decideReturn,
  type Decision,
} from './decide.ts';
import { deliveryDays } from './deliveryDays.ts';
import { shipmentFingerprint } from './fingerprint.ts';
import { idReused, linesProblem, notFound, problemOf } from './problems.ts';
import type { RateTable } from './rateTable.ts';
import type {
  NewShipment,
  ReceivedReturn,
  ReturnLine,
  Shipment,
  ShipmentWithAddress,
} from './shipment.ts';
import type { ShipmentState } from './shipmentState.ts';
import type { Line } from './types.ts';

/** Options of {@link ShipmentService}. */
export interface ShipmentServiceOptions {
  store: ShipmentStore;
  carriers: Carriers;
  rates: RateTable;
}

/** A page of shipments. */
export interface ShipmentPage {
  items: Shipment[];
  nextCursor?: string;
}

/** What staff say when a parcel leaves. */
export interface DispatchRequest {
  /** Made by the caller; the same id is the same parcel. */
  dispatchId: string;
  trackingId: string;
  /** Absent: all that is left. */
  lines?: Line[];
  /** Nothing follows, though lines are left. */
  last?: boolean;
}

/** What happens to shipments. Everything may be asked again with the same answer. */
export class ShipmentService {
  readonly #store: ShipmentStore;
  readonly #carriers: Carriers;
  readonly #rates: RateTable;

  static create(options: ShipmentServiceOptions): ShipmentService {
    return new ShipmentService(options);
  }

  private constructor(options: ShipmentServiceOptions) {
    this.#store = options.store;
    this.#carriers = options.carriers;
    this.#rates = options.rates;
  }

  /**
   * @param claimSeconds - for how long the carrier is left to whoever makes the shipment; 0: it is due
   * @throws ConflictError `id-reused` when the id came with other contents before
   * @throws InvalidInputError when a SKU is there twice
   */
  async create(
    shipment: NewShipment,
    claimSeconds = 0,
  ): Promise<{ shipment: Shipment; created: boolean }> {
    const seen = new Set<string>();
    shipment.lines.forEach(({ sku }, index) => {
      if (seen.has(sku)) {
        throw new InvalidInputError({
          code: 'sku-twice',
          message: `SKU ${sku} is in two lines; add their quantities up.`,
          fields: [
            {
              in: 'body',
              field: `/lines/${index}/sku`,
              message: 'is there twice',
            },
          ],
        });
      }
      seen.add(sku);
    });
    const carrier = this.#carriers.current;
    const fingerprint = shipmentFingerprint(shipment);
    const outcome = await this.#store.create({
      shipment,
      fingerprint,
      carrier: carrier.name,
      sample: carrier.capabilities.sample,
      checkInSeconds: carrier.capabilities.reports ? claimSeconds : undefined,
      days: deliveryDays(this.#rates, {
        country: shipment.address.country,
        postalCode: shipment.address.postalCode,
        optionId: shipment.optionId,
      }),
    });
    // An erased shipment no longer knows what it was made of; its id alone must do.
    if (
      outcome.fingerprint !== undefined &&
      outcome.fingerprint !== fingerprint
    ) {
      throw idReused('shipment', shipment.shipmentId);
    }
    return { shipment: outcome.shipment, created: outcome.created };
  }

  /** @throws NotFoundError `shipment-not-found` */
  async get(shipmentId: string): Promise<ShipmentWithAddress> {
    const shipment = await this.#store.find(shipmentId);
    if (!shipment) {
      throw notFound(shipmentId);
    }
    return shipment;
  }

  async ofOrder(orderId: string): Promise<Shipment[]> {
    return this.#store.ofOrder(orderId);
  }

  async list(query: {
    state?: ShipmentState;
    limit: number;
    cursor?: string;
  }): Promise<ShipmentPage> {
    const { cursor: after, ...rest } = query;
    const found = await this.#store.list({ ...rest, after });
    const items = found.slice(0, query.limit);
    return {
      items,
      nextCursor:
        found.length > query.limit ? items.at(-1)?.shipmentId : undefined,
    };
  }

  /** @throws ConflictError `already-dispatched` when something has left */
  async cancel(shipmentId: string): Promise<Shipment> {
    const shipment = await this.get(shipmentId);
    const tooLate = () =>
      new ConflictError({
        code: 'already-dispatched',
        message: `Shipment ${shipmentId} has left, at least in part, and cannot be cancelled.`,
      });
    if (shipment.state === 'cancelled') {
      return shipment;
    }
    if (shipment.state !== 'pending') {
      throw tooLate();
    }
    // The carrier first: once it agreed it will not dispatch, whatever happens to us.
    if (
      (await this.#carriers.of(shipment).cancel(shipmentId)) !== 'cancelled'
    ) {
      await this.#store.scheduleCheck(shipmentId, 0);
      throw tooLate();
    }
    return this.#change(
      shipmentId,
      locked => decideEnd(locked, 'cancel'),
      tooLate,
    );
  }

  /** A parcel left. For carriers that do not say so themselves. */
  async dispatch(
    shipmentId: string,
    request: DispatchRequest,
  ): Promise<Shipment> {
    const { dispatchId: parcelId, ...rest } = request;
    return this.#change(shipmentId, locked => {
      this.#requireStaffed(locked.shipment);
      return decideDispatch(locked, { parcelId, ...rest });
    });
  }

  /** Everything arrived. For carriers that do not say so themselves. */
  async deliver(shipmentId: string): Promise<Shipment> {
    return this.#change(shipmentId, locked => {
      this.#requireStaffed(locked.shipment);
      return decideEnd(locked, 'deliver');
    });
  }

  /** It will not arrive. Staff may say so of any carrier's. */
  async lose(shipmentId: string): Promise<Shipment> {
    return this.#change(shipmentId, locked => decideEnd(locked, 'lose'));
  }

  /**
   * The warehouse has goods back.
   *
   * @throws ConflictError `lines-do-not-fit` when more comes back than was sent
   */
  async receiveReturn(request: {
    returnId: string;
    orderId: string;
    lines: ReturnLine[];
  }): Promise<{ received: ReceivedReturn; created: boolean }> {
    const outcome = await this.#store.receiveReturn({
      ...request,
      decide: shipments => {
        const decision = decideReturn(shipments, request);
        if ('refusal' in decision) {
          throw linesProblem(decision.refusal.problems);
        }
        return decision;
      },
    });
    const { received } = outcome;
    if (
      received.orderId !== request.orderId ||
      JSON.stringify(received.lines) !==
        JSON.stringify(
          request.lines.map(({ sku, quantity, restock }) => ({
            sku,
            quantity,
            restock,
          })),
        )
    ) {
      throw idReused('return', request.returnId);
    }
    return outcome;
  }

  /** @throws NotFoundError `return-not-found` */
  async getReturn(returnId: string): Promise<ReceivedReturn> {
    const found = await this.#store.findReturn(returnId);
    if (!found) {
      throw new NotFoundError({
        code: 'return-not-found',
        message: `There is no return ${returnId}.`,
      });
    }
    return found;
  }

  /**
   * Takes over what a carrier says. What it said before changes nothing; what cannot be is left alone.
   *
   * @param read - the shipment as it was read before the carrier was asked: what it shows as done stays done
   */
  async applyReport(read: Shipment, report: CarrierReport): Promise<void> {
    let shipment = read;
    for (const { code, at, trackingId } of report.events) {
      const event = { code, at, trackingId };
      const alone = decideReport({ shipment, siblings: [] }, event);
      if ('change' in alone && !alone.change) {
        continue;
      }
      const after =
        ('change' in alone &&
          alone.change &&
          (await this.#store.changeAlone(shipment, alone.change))) ||
        (await this.#store.change(shipment.shipmentId, locked => {
          const decision = decideReport(locked, event);
          return 'refusal' in decision ? undefined : decision.change;
        }));
      shipment = after ?? shipment;
    }
  }

  #requireStaffed(shipment: Shipment): void {
    if (this.#carriers.of(shipment).capabilities.reports) {
      throw new ConflictError({
        code: 'carrier-reports',
        message: `The carrier ${shipment.carrier} reports on shipment ${shipment.shipmentId} itself.`,
      });
    }
  }

  async #change(
    shipmentId: string,
    decide: (locked: LockedShipment) => Decision,
    wrongState?: () => Error,
  ): Promise<Shipment> {
    const changed = await this.#store.change(shipmentId, locked => {
      const decision = decide(locked);
      if ('refusal' in decision) {
        throw decision.refusal.reason === 'state' && wrongState
          ? wrongState()
          : problemOf(shipmentId, decision.refusal);
      }
      return decision.change;
    });
    if (!changed) {
      throw notFound(shipmentId);
    }
    return changed;
  }
}

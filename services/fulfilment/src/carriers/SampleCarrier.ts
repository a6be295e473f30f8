import type { Queryable, Statement } from '@shopfloor/service-kit';
import type { TrackingCode } from '../domain/types.ts';
import type {
  Booking,
  BookingRequest,
  Carrier,
  CarrierEvent,
  CarrierReport,
} from './Carrier.ts';

/** Options of {@link SampleCarrier}. */
export interface SampleCarrierOptions {
  database: Queryable;
  /** From booking to dispatch. */
  dispatchSeconds: number;
  /** From dispatch to delivery. */
  deliverySeconds: number;
}

const bookStatement: Statement = {
  name: 'sample_carrier_book',
  // The row that is there already wins, also one that a cancellation left.
  text: `
    with made as (
      insert into sample_carrier_bookings (shipment_id, dispatch_at, deliver_at)
      values ($1, now() + make_interval(secs => $2), now() + make_interval(secs => $2 + $3))
      on conflict (shipment_id) do nothing
      returning cancelled_at
    )
    select cancelled_at is not null as cancelled from made
    union all
    select cancelled_at is not null from sample_carrier_bookings where shipment_id = $1
    limit 1`,
};

const cancelStatement: Statement = {
  name: 'sample_carrier_cancel',
  text: `
    insert into sample_carrier_bookings as booking
      (shipment_id, dispatch_at, deliver_at, cancelled_at)
    values ($1, 'infinity', 'infinity', now())
    on conflict (shipment_id) do update
      set cancelled_at = coalesce(booking.cancelled_at, now())
      where booking.cancelled_at is not null or booking.dispatch_at > now()
    returning shipment_id`,
};

const trackStatement: Statement = {
  name: 'sample_carrier_track',
  text: `
    select moment.code, moment.at, moment.at <= now() as happened,
      ceil(extract(epoch from moment.at - now()))::integer as seconds_left
    from sample_carrier_bookings booking
    cross join lateral (
      select 'booked' as code, booking.booked_at as at, 1 as place
      union all select 'cancelled', booking.cancelled_at, 2 where booking.cancelled_at is not null
      union all select 'dispatched', booking.dispatch_at, 3 where booking.cancelled_at is null
      union all select 'in-transit', booking.dispatch_at + (booking.deliver_at - booking.dispatch_at) / 2, 4
        where booking.cancelled_at is null
      union all select 'delivered', booking.deliver_at, 5 where booking.cancelled_at is null
    ) as moment
    where booking.shipment_id = $1
    order by moment.place`,
};

interface MomentRow {
  code: TrackingCode;
  at: Date;
  happened: boolean;
  seconds_left: number;
}

/**
 * The sandbox's carrier. No goods move: a booking says when it will be dispatched
 * and delivered, and the database clock does the rest, so that nothing is lost when
 * the process is. It says that it is a sample in its name and in every tracking id.
 */
export class SampleCarrier implements Carrier {
  readonly name = 'sample';
  readonly capabilities = {
    reports: true,
    partialDispatch: false,
    sample: true,
  };
  readonly #options: SampleCarrierOptions;

  static create(options: SampleCarrierOptions): SampleCarrier {
    return new SampleCarrier(options);
  }

  private constructor(options: SampleCarrierOptions) {
    this.#options = options;
  }

  async book(request: BookingRequest): Promise<Booking> {
    const { shipmentId } = request;
    const { database, dispatchSeconds, deliverySeconds } = this.#options;
    const [row] = await database.query<{ cancelled: boolean }>(bookStatement, [
      shipmentId,
      dispatchSeconds,
      deliverySeconds,
    ]);
    // No row: another booking of it committed meanwhile, which the next call sees.
    if (!row) {
      return this.book(request);
    }
    return row.cancelled
      ? { state: 'cancelled' }
      : { state: 'booked', reference: sampleTrackingId(shipmentId) };
  }

  async cancel(
    shipmentId: string,
  ): Promise<'cancelled' | 'already-dispatched'> {
    const rows = await this.#options.database.query(cancelStatement, [
      shipmentId,
    ]);
    return rows.length > 0 ? 'cancelled' : 'already-dispatched';
  }

  async track(shipmentId: string): Promise<CarrierReport> {
    const rows = await this.#options.database.query<MomentRow>(trackStatement, [
      shipmentId,
    ]);
    const ahead = rows.find(({ happened }) => !happened);
    return {
      events: rows
        .filter(({ happened }) => happened)
        .map(({ code, at }): CarrierEvent => ({
          code,
          at: at.toISOString(),
          trackingId:
            code === 'dispatched' ? sampleTrackingId(shipmentId) : undefined,
        })),
      checkAgainInSeconds: ahead && Math.max(1, ahead.seconds_left),
    };
  }
}

function sampleTrackingId(shipmentId: string): string {
  return `SAMPLE-${shipmentId.replaceAll('-', '').slice(-12).toUpperCase()}`;
}

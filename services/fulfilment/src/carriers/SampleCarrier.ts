import type { Queryable, Statement } from '@shopfloor/service-kit';
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

/** A booking, and in how many seconds by the database clock it leaves and arrives; never after a cancellation. */
const BOOKING = `booked_at, cancelled_at, dispatch_at, deliver_at,
  extract(epoch from dispatch_at - now())::float8 as dispatch_in,
  extract(epoch from deliver_at - now())::float8 as deliver_in`;

const bookStatement: Statement = {
  name: 'sample_carrier_book',
  text: `
    insert into sample_carrier_bookings (shipment_id, dispatch_at, deliver_at)
    values ($1, now() + make_interval(secs => $2), now() + make_interval(secs => $2 + $3))
    on conflict (shipment_id) do nothing
    returning ${BOOKING}`,
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
  text: `select ${BOOKING} from sample_carrier_bookings where shipment_id = $1`,
};

interface BookingRow {
  booked_at: Date;
  cancelled_at: Date | null;
  /** These mean nothing once it is cancelled. */
  dispatch_at: Date;
  deliver_at: Date;
  dispatch_in: number;
  deliver_in: number;
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
    const [made] = await database.query<BookingRow>(bookStatement, [
      shipmentId,
      dispatchSeconds,
      deliverySeconds,
    ]);
    // The row that was there already wins, also one that a cancellation left.
    const row = made ?? (await this.#find(shipmentId))!;
    return row.cancelled_at
      ? { state: 'cancelled' }
      : {
          state: 'booked',
          reference: sampleTrackingId(shipmentId),
          report: reportOf(shipmentId, row),
        };
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
    const row = await this.#find(shipmentId);
    return row ? reportOf(shipmentId, row) : { events: [] };
  }

  async #find(shipmentId: string): Promise<BookingRow | undefined> {
    const [row] = await this.#options.database.query<BookingRow>(
      trackStatement,
      [shipmentId],
    );
    return row;
  }
}

/** What has happened of a booking, and when the next thing will. */
function reportOf(shipmentId: string, row: BookingRow): CarrierReport {
  const booked = { code: 'booked' as const, at: row.booked_at.toISOString() };
  if (row.cancelled_at) {
    const at = row.cancelled_at.toISOString();
    return { events: [booked, { code: 'cancelled', at }] };
  }
  const { dispatch_at, deliver_at, dispatch_in, deliver_in } = row;
  const halfWay = (dispatch_at.getTime() + deliver_at.getTime()) / 2;
  const moments: { event: CarrierEvent; inSeconds: number }[] = [
    {
      event: {
        code: 'dispatched',
        at: dispatch_at.toISOString(),
        trackingId: sampleTrackingId(shipmentId),
      },
      inSeconds: dispatch_in,
    },
    {
      event: { code: 'in-transit', at: new Date(halfWay).toISOString() },
      inSeconds: (dispatch_in + deliver_in) / 2,
    },
    {
      event: { code: 'delivered', at: deliver_at.toISOString() },
      inSeconds: deliver_in,
    },
  ];
  const ahead = moments.find(({ inSeconds }) => inSeconds > 0);
  return {
    events: [
      booked,
      ...moments
        .filter(({ inSeconds }) => inSeconds <= 0)
        .map(({ event }) => event),
    ],
    checkAgainInSeconds: ahead && Math.max(1, Math.ceil(ahead.inSeconds)),
  };
}

function sampleTrackingId(shipmentId: string): string {
  return `SAMPLE-${shipmentId.replaceAll('-', '').slice(-12).toUpperCase()}`;
}

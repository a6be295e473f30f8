import { newId } from '@shopfloor/service-kit';
import { TestDatabase } from '@shopfloor/service-kit/src/testing/TestDatabase.ts';
import { ServiceMetrics, Tracing } from '@shopfloor/service-kit';
import { testMaterials } from '@shopfloor/service-kit/src/testing/testMaterials.ts';
import type { Carrier } from '../carriers/Carrier.ts';
import { Carriers } from '../carriers/Carriers.ts';
import { SampleCarrier } from '../carriers/SampleCarrier.ts';
import { decideReport } from '../domain/decide.ts';
import { ShipmentService } from '../domain/ShipmentService.ts';
import { migrateFulfilment } from '../migrateFulfilment.ts';
import { NEWEST_RATES, rateTable } from '../rates/index.ts';
import {
  serveFulfilment,
  type ServedFulfilment,
} from '../testing/serveFulfilment.ts';
import { CarrierWorker } from './CarrierWorker.ts';
import { ErasureWorker } from './ErasureWorker.ts';
import { shipmentEventHandlers } from '../events/handlers.ts';

let test: TestDatabase;
let served: ServedFulfilment;

beforeEach(async () => {
  test = await TestDatabase.create();
  await migrateFulfilment({ connectionString: test.connectionString });
  served = await serveFulfilment(test.connectionString, { CARRIER: 'sample' });
}, 60_000);

afterEach(async () => {
  await served?.close();
  await test?.drop();
});

const newShipment = (overrides: object = {}) => ({
  shipmentId: newId(),
  orderId: newId(),
  customerId: 'amira',
  optionId: 'standard' as const,
  address: {
    name: 'Amira Haddad',
    line1: '1 Example Street',
    city: 'Berlin',
    country: 'DE',
  },
  lines: [{ sku: 'cup', quantity: 4 }],
  ...overrides,
});

/** A worker as another replica has it, with a carrier that a test may watch or break. */
function replica(wrap: (carrier: Carrier) => Carrier = carrier => carrier) {
  const { store, database } = served;
  const carrier = wrap(
    SampleCarrier.create({
      database,
      dispatchSeconds: 100,
      deliverySeconds: 100,
    }),
  );
  const carriers = Carriers.create({ carriers: [carrier], current: 'sample' });
  const shipments = ShipmentService.create({
    store,
    carriers,
    rates: rateTable(NEWEST_RATES),
  });
  const { logger, lines } = testMaterials();
  const worker = CarrierWorker.create({
    store,
    shipments,
    carriers,
    metrics: ServiceMetrics.create({ processMetrics: false }),
    tracing: Tracing.create({
      service: {
        name: 'fulfilment',
        version: '0',
        release: 'v1',
        environment: 'test',
        instance: 'i',
      },
    }),
    logger,
    batch: 2,
  });
  return { worker, shipments, lines };
}

/** Lets an hour pass for the carrier, and makes every check due. */
async function anHourLater() {
  await test.query(
    `update sample_carrier_bookings set booked_at = booked_at - interval '1 h',
       dispatch_at = dispatch_at - interval '1 h', deliver_at = deliver_at - interval '1 h'`,
  );
  await due();
}

async function due() {
  await test.query(
    'update shipments set next_check_at = now() where next_check_at is not null',
  );
}

const outbox = () =>
  test.query<{ type: string; data: any }>(
    'select type, data from outbox order by id',
  );

describe('a carrier that reports', () => {
  it('is booked, and what it reports becomes events, once each', async () => {
    const { worker, shipments } = replica();
    const { shipmentId } = newShipment();
    await shipments.create(newShipment({ shipmentId }));
    await worker.round();
    expect(await served.store.find(shipmentId)).toMatchObject({
      state: 'pending',
      sample: true,
      events: [{ code: 'booked' }],
    });
    await anHourLater();
    await worker.round();
    await due();
    await worker.round();
    const shipment = await served.store.find(shipmentId);
    expect(shipment).toMatchObject({
      state: 'delivered',
      version: 3,
      parcels: [{ trackingId: expect.stringMatching(/^SAMPLE-/) }],
    });
    expect(shipment!.events.map(({ code }) => code).sort()).toEqual([
      'booked',
      'delivered',
      'dispatched',
      'in-transit',
    ]);
    expect((await outbox()).map(({ type }) => type)).toEqual([
      'shop.shipment.dispatched.v1',
      'shop.shipment.delivered.v1',
    ]);
    const [{ next_check_at }] = await test.query<{
      next_check_at: Date | null;
    }>('select next_check_at from shipments');
    expect(next_check_at).toBeNull();
  });

  it('is asked about a new shipment by whoever makes it, once, and with too much at hand by a round', async () => {
    const asked: string[] = [];
    let answer = () => {};
    const answered = new Promise<void>(resolve => {
      answer = resolve;
    });
    const { worker } = replica(carrier => ({
      name: carrier.name,
      capabilities: carrier.capabilities,
      book: async request => {
        asked.push(request.shipmentId);
        await answered;
        return carrier.book(request);
      },
      cancel: id => carrier.cancel(id),
      track: () => Promise.reject(new Error('the booking told it all')),
    }));
    const [first, second, third] = [
      newShipment(),
      newShipment(),
      newShipment(),
    ];
    const made = await worker.make(first);
    const {
      address: _address,
      addressErasedAt: _erasedAt,
      ...read
    } = (await served.store.find(first.shipmentId))!;
    expect(made).toEqual({ shipment: read, created: true, waits: false });
    expect((await worker.make(second)).waits).toBe(false);
    expect((await worker.make(third)).waits).toBe(true);
    expect(await worker.make(first)).toEqual({ ...made, created: false });
    // Nothing but the third is left to a round.
    expect(
      (await served.store.claimDue({ limit: 9, leaseSeconds: 60 })).map(
        ({ shipment }) => shipment.shipmentId,
      ),
    ).toEqual([third.shipmentId]);
    answer();
    await worker.idle();
    expect(asked).toEqual([first.shipmentId, second.shipmentId]);
    for (const { shipmentId } of [first, second]) {
      expect((await served.store.find(shipmentId))!.events).toMatchObject([
        { code: 'booked' },
      ]);
    }
  });

  it('is asked again about a new shipment when whoever made it died before it answered', async () => {
    const dying = replica(carrier => ({
      name: carrier.name,
      capabilities: carrier.capabilities,
      book: () => new Promise(() => undefined),
      cancel: id => carrier.cancel(id),
      track: id => carrier.track(id),
    }));
    const shipment = newShipment();
    await dying.worker.make(shipment);
    const alive = replica();
    // A caller whose answer was lost asks another replica, which makes and books nothing twice.
    expect(await alive.worker.make(shipment)).toMatchObject({ created: false });
    await alive.worker.idle();
    await alive.worker.round();
    expect(await test.query('select from sample_carrier_bookings')).toEqual([]);
    await due();
    await alive.worker.round();
    expect(
      (await served.store.find(shipment.shipmentId))!.events,
    ).toMatchObject([{ code: 'booked' }]);
  });

  it('changes a shipment to what a reader sees afterwards, and never again for what it told before', async () => {
    const { shipments } = replica();
    const { shipmentId } = newShipment();
    const { shipment } = await shipments.create(newShipment({ shipmentId }));
    const report = {
      events: [
        { code: 'booked', at: '2026-11-02T08:00:00.000Z' },
        { code: 'dispatched', at: '2026-11-02T09:00:00.000Z', trackingId: 'T' },
        { code: 'delivered', at: '2026-11-03T09:00:00.000Z' },
      ] as const,
    };
    let seen = shipment;
    for (const event of report.events.slice(1)) {
      const changed = await served.store.change(shipmentId, locked => {
        const decision = decideReport(locked, event);
        return 'change' in decision ? decision.change : undefined;
      });
      const {
        address: _address,
        addressErasedAt: _erasedAt,
        ...found
      } = (await served.store.find(shipmentId))!;
      expect(changed).toEqual(found);
      seen = found;
    }
    expect(seen).toMatchObject({ state: 'delivered', version: 3 });
    // From a reading of before, which no longer fits, and from one of now.
    await shipments.applyReport(shipment, { events: [...report.events] });
    await shipments.applyReport(seen, { events: [...report.events] });
    expect((await served.store.find(shipmentId))!.version).toBe(3);
    expect(await outbox()).toHaveLength(2);
  });

  it('tells of the last parcel of an order when its last shipment leaves', async () => {
    const { worker, shipments } = replica();
    const orderId = newId();
    const carried = newShipment({ orderId });
    const other = newShipment({ orderId });
    await shipments.create(carried);
    await shipments.create(other);
    await worker.round();
    await anHourLater();
    await worker.round();
    const parcels = (await outbox()).filter(
      ({ type }) => type === 'shop.shipment.dispatched.v1',
    );
    expect(parcels.map(({ data }) => data.last)).toEqual([false, true]);
  });

  it('is asked by one replica at a time, and again when that one dies in between', async () => {
    let asked = 0;
    const dying = replica(carrier => ({
      name: carrier.name,
      capabilities: carrier.capabilities,
      book: async request => {
        await carrier.book(request);
        asked += 1;
        // The process is gone: nothing after this ever runs.
        return new Promise(() => undefined);
      },
      cancel: id => carrier.cancel(id),
      track: id => carrier.track(id),
    }));
    const alive = replica();
    const { shipmentId } = newShipment();
    await alive.shipments.create(newShipment({ shipmentId }));
    void dying.worker.round();
    while (asked === 0) {
      await new Promise(resolve => setImmediate(resolve));
    }
    await alive.worker.round();
    expect((await served.store.find(shipmentId))!.state).toBe('pending');
    // The lease ends; the booking that was made before the death is found again.
    await anHourLater();
    await alive.worker.round();
    expect((await served.store.find(shipmentId))!.state).toBe('delivered');
    expect(await outbox()).toHaveLength(2);
  });

  it('that fails is asked again later, and its words stay out of the way of others', async () => {
    let broken = true;
    const { worker, shipments, lines } = replica(carrier => ({
      name: carrier.name,
      capabilities: carrier.capabilities,
      book: async request => {
        if (broken) {
          throw new Error('no answer');
        }
        return carrier.book(request);
      },
      cancel: id => carrier.cancel(id),
      track: id => carrier.track(id),
    }));
    const { shipmentId } = newShipment();
    await shipments.create(newShipment({ shipmentId }));
    for (let round = 0; round < 3; round += 1) {
      await worker.round();
      await due();
    }
    const [row] = await test.query<{ check_failures: number }>(
      'select check_failures from shipments',
    );
    expect(row.check_failures).toBe(3);
    expect(lines.join('')).toContain('A carrier was not asked');
    expect(lines.join('')).not.toContain('Amira');
    broken = false;
    await worker.round();
    expect((await served.store.find(shipmentId))!.events).toMatchObject([
      { code: 'booked' },
    ]);
  });

  it('is not dispatched by staff', async () => {
    const { shipments } = replica();
    const { shipmentId } = newShipment();
    await shipments.create(newShipment({ shipmentId }));
    await expect(
      shipments.dispatch(shipmentId, { dispatchId: newId(), trackingId: 'T' }),
    ).rejects.toMatchObject({ code: 'carrier-reports' });
  });

  it('cancels until it has dispatched, and not after, even if we do not know yet', async () => {
    const { worker, shipments } = replica();
    const early = newShipment();
    const late = newShipment();
    await shipments.create(early);
    await shipments.create(late);
    // Cancelled before the worker books: the booking is refused, and nothing leaves.
    expect((await shipments.cancel(early.shipmentId)).state).toBe('cancelled');
    await worker.round();
    await anHourLater();
    await expect(shipments.cancel(late.shipmentId)).rejects.toMatchObject({
      code: 'already-dispatched',
    });
    await worker.round();
    expect((await served.store.find(early.shipmentId))!.state).toBe(
      'cancelled',
    );
    expect((await served.store.find(late.shipmentId))!.state).toBe('delivered');
  });

  it('that cancelled while we died learns us so', async () => {
    const { worker, shipments } = replica();
    const { shipmentId } = newShipment();
    await shipments.create(newShipment({ shipmentId }));
    // What is left after a kill between the carrier's answer and ours.
    await SampleCarrier.create({
      database: served.database,
      dispatchSeconds: 1,
      deliverySeconds: 1,
    }).cancel(shipmentId);
    await worker.round();
    expect((await served.store.find(shipmentId))!.state).toBe('cancelled');
  });
});

describe('erasure', () => {
  const erase = (customerId: string) =>
    served.database.transaction(tx =>
      shipmentEventHandlers({
        store: served.store,
        onErasure: () => undefined,
      })['shop.customer.erased.v1']!({ data: { customerId } } as never, tx),
    );
  const work = () =>
    ErasureWorker.create({ store: served.store, retentionDays: 90 }).round();
  const addresses = async () =>
    (
      await test.query<{ address: object | null }>(
        'select address from shipments order by shipment_id',
      )
    ).map(({ address }) => address !== null);

  it('forgets ended shipments at once, open ones when they end, and reports only then', async () => {
    const { worker, shipments } = replica();
    const ended = newShipment();
    const open = newShipment();
    const other = newShipment({ customerId: 'ben' });
    await shipments.create(ended);
    await shipments.create(open);
    await shipments.create(other);
    await shipments.cancel(ended.shipmentId);
    await erase('amira');
    await erase('amira');
    await work();
    expect(await addresses()).toEqual([false, true, true]);
    expect(await outbox()).toEqual([]);

    await worker.round();
    await anHourLater();
    await worker.round();
    await work();
    await work();
    expect(await addresses()).toEqual([false, false, true]);
    expect(
      (await outbox()).filter(
        ({ type }) => type === 'shop.erasure.completed.v1',
      ),
    ).toEqual([
      {
        type: 'shop.erasure.completed.v1',
        data: { customerId: 'amira', service: 'fulfilment' },
      },
    ]);
    const dump = JSON.stringify(
      await test.query('select * from shipments where shipment_id = any($1)', [
        [ended.shipmentId, open.shipmentId],
      ]),
    );
    expect(dump).toContain(open.shipmentId);
    expect(dump).not.toMatch(/Haddad|Example Street|amira/);
    // The same request again still finds its shipment.
    expect((await shipments.create(ended)).shipment.state).toBe('cancelled');
  });

  it('comes to what a guest ordered and claimed later', async () => {
    const { shipments } = replica();
    const guests = newShipment({ customerId: undefined });
    await shipments.create(guests);
    await shipments.cancel(guests.shipmentId);
    const { orderId } = guests;
    await served.database.transaction(tx =>
      shipmentEventHandlers({
        store: served.store,
        onErasure: () => undefined,
      })['shop.order.claimed.v1']!(
        { data: { orderId, customerId: 'amira' } } as never,
        tx,
      ),
    );
    const { records } = (await served.client.request('/exports/amira')).json();
    expect(records.shipments).toHaveLength(1);
    await erase('amira');
    await work();
    await work();
    expect(await addresses()).toEqual([false]);
    expect(
      (await served.client.request('/exports/amira')).json().records.shipments,
    ).toEqual([]);
  });

  it('of somebody unknown is reported at once', async () => {
    await erase('nobody');
    await work();
    expect(await outbox()).toHaveLength(1);
  });

  it('comes to every address after its time', async () => {
    const { shipments } = replica();
    const one = newShipment({ customerId: undefined });
    await shipments.create(one);
    await shipments.cancel(one.shipmentId);
    await work();
    expect(await addresses()).toEqual([true]);
    await test.query(
      `update shipments set closed_at = now() - interval '91 days'`,
    );
    await work();
    expect(await addresses()).toEqual([false]);
  });

  it('is preceded by an export of all that is kept', async () => {
    const { shipments } = replica();
    const one = newShipment();
    await shipments.create(one);
    const response = await served.client.request('/exports/amira');
    expect(response.json()).toMatchObject({
      service: 'fulfilment',
      records: {
        shipments: [{ shipmentId: one.shipmentId, address: one.address }],
        returns: [],
      },
    });
    expect(
      (await served.client.request('/exports/ben')).json().records,
    ).toEqual({
      shipments: [],
      returns: [],
    });
  });
});

import { validateEvent } from '@shopfloor/contracts';
import { readFixtures } from '@shopfloor/contracts/src/contractFiles.ts';
import { newId } from '@shopfloor/service-kit';
import { until } from '@shopfloor/service-kit/src/testing/eventually.ts';
import { sampleReceipts } from './sample/sampleStock.ts';
import {
  serveInventory,
  type ServedInventory,
} from './testing/serveInventory.ts';

describe('events', () => {
  let served: ServedInventory;
  const heard: any[] = [];
  let close: () => Promise<void>;

  beforeAll(async () => {
    served = await serveInventory({ SAMPLE_DATA: 'true' });
    served.relay.start();
    served.consumer.start();
    const listener = await served.log.consume({
      group: 'test',
      topics: ['shop.stock'],
      onBatch: async events => {
        heard.push(...events.map(({ value }) => JSON.parse(value)));
      },
    });
    close = () => listener.close();
  });

  afterEach(async () => {
    await served.inventory.assertAgreement();
  });

  afterAll(async () => {
    await close();
    await served.close();
  });

  const topics: Record<string, string> = {
    'shop.product.changed.v1': 'shop.products',
    'shop.shipment.dispatched.v1': 'shop.shipments',
    'shop.return.received.v1': 'shop.shipments',
  };
  const tell = async (
    type: string,
    key: string,
    data: object,
    version = 1,
    id = newId(),
  ) => {
    const event = {
      specversion: '1.0',
      id,
      source: 'test',
      type,
      subject: key,
      time: new Date().toISOString(),
      datacontenttype: 'application/json',
      dataschema: `urn:shopfloor:event:${type}`,
      aggregateversion: version,
      partitionkey: key,
      data,
    };
    expect(validateEvent(event)).toEqual([]);
    await served.log.append([
      { topic: topics[type], key, id: event.id, value: JSON.stringify(event) },
    ]);
    return event.id;
  };
  const product = (productId: string, skus: string[], more: object = {}) => ({
    productId,
    slug: 'a-product',
    deleted: false,
    names: { en: 'A', zh: '甲' },
    descriptions: { en: '', zh: '' },
    brand: 'B',
    categories: [],
    skus,
    prices: {},
    sample: false,
    createdAt: new Date().toISOString(),
    ...more,
  });
  const handled = (id: string) =>
    until(async () => {
      const rows = await served.inventory.test.query(
        `select 1 from inbox where event_id = $1
         union all select 1 from dead_letters where event_id = $1`,
        [id],
      );
      return rows.length > 0;
    });

  it('of products make their SKUs known, the newest version wins', async () => {
    const { test } = served.inventory;
    const productId = newId();
    const skus = () =>
      test.query(
        'select sku, listed from skus where product_id = $1 order by sku',
        [productId],
      );
    await handled(
      await tell(
        'shop.product.changed.v1',
        productId,
        product(productId, ['P-1', 'P-2']),
        4,
      ),
    );
    await handled(
      await tell(
        'shop.product.changed.v1',
        productId,
        product(productId, ['P-9']),
        3,
      ),
    );
    await handled(
      await tell(
        'shop.product.changed.v1',
        productId,
        product(productId, ['P-2', 'P-3']),
        5,
      ),
    );
    expect(await skus()).toEqual([
      { sku: 'P-1', listed: false },
      { sku: 'P-2', listed: true },
      { sku: 'P-3', listed: true },
      { sku: 'P-9', listed: false },
    ]);
    await handled(
      await tell(
        'shop.product.changed.v1',
        productId,
        product(productId, ['P-2', 'P-3'], { deleted: true }),
        6,
      ),
    );
    expect((await skus()).every(row => !(row as any).listed)).toBe(true);
  });

  it('of sample products bring sample stock, once, and the state is told', async () => {
    const sku = 'LF-00001-1';
    const productId = newId();
    const total = sampleReceipts(sku).reduce((sum, r) => sum + r.quantity, 0);
    expect(total).toBeGreaterThan(0);
    for (const version of [1, 2]) {
      await handled(
        await tell(
          'shop.product.changed.v1',
          productId,
          product(productId, [sku], { sample: true }),
          version,
        ),
      );
    }
    expect((await served.inventory.totals(sku)).onHand).toBe(total);
    await until(() => heard.some(({ data }) => data.sku === sku));
    const told = heard.filter(({ data }) => data.sku === sku);
    expect(told).toHaveLength(1);
    expect(validateEvent(told[0])).toEqual([]);
    expect(told[0]).toMatchObject({
      source: 'inventory',
      subject: sku,
      aggregateversion: 1,
      data: { sku, productId, state: 'in-stock' },
    });
  });

  it('of shipments take from the allocation, in parts, and of returns bring back what can be sold', async () => {
    const { inventory } = served;
    await inventory.stock('S-1', { rotterdam: 2, leipzig: 2 });
    const orderId = newId();
    await inventory.parts.reservations.reserve({
      reservationId: orderId,
      ttlSeconds: 60,
      lines: [{ sku: 'S-1', quantity: 3 }],
    });
    await inventory.parts.reservations.confirm(orderId);
    const shipmentId = newId();
    const dispatch = (eventId: string, trackingId: string) =>
      tell(
        'shop.shipment.dispatched.v1',
        orderId,
        {
          shipmentId,
          orderId,
          lines: [{ sku: 'S-1', quantity: 1 }],
          carrier: 'sample',
          trackingId,
          last: false,
        },
        1,
        eventId,
      );
    const first = newId();
    await handled(await dispatch(first, 'T-1'));
    // Another parcel of the same shipment with the same content.
    await handled(await dispatch(newId(), 'T-2'));
    // The first one told again, when the inbox knows it no more.
    await inventory.database.query({
      name: 'forget',
      text: 'delete from inbox',
    });
    await dispatch(first, 'T-1');
    await handled(first);
    expect(await inventory.totals('S-1')).toEqual({
      onHand: 2,
      held: 0,
      allocated: 1,
    });
    const partly = await inventory.parts.reservations.release(orderId);
    expect(partly.state).toBe('released');
    expect(await inventory.totals('S-1')).toEqual({
      onHand: 2,
      held: 0,
      allocated: 0,
    });
    await handled(
      await tell('shop.return.received.v1', orderId, {
        returnId: newId(),
        orderId,
        lines: [
          { sku: 'S-1', quantity: 1, restock: true },
          { sku: 'S-1', quantity: 1, restock: false },
        ],
      }),
    );
    expect(await inventory.totals('S-1')).toEqual({
      onHand: 3,
      held: 0,
      allocated: 0,
    });
  });

  it('of a parcel of one warehouse take what its order was promised, once, and never other lines under its id', async () => {
    const { inventory } = served;
    await inventory.stock('S-4', { lyon: 50, leipzig: 1 });
    await inventory.stock('S-5', { lyon: 50 });
    const orderId = newId();
    await inventory.parts.reservations.reserve({
      reservationId: orderId,
      ttlSeconds: 60,
      lines: [
        { sku: 'S-4', quantity: 3 },
        { sku: 'S-5', quantity: 2 },
      ],
    });
    await inventory.parts.reservations.confirm(orderId);
    const dispatch = async (eventId: string, ofS4: number) => {
      const data = {
        shipmentId: orderId,
        orderId,
        lines: [
          { sku: 'S-5', quantity: 2 },
          { sku: 'S-4', quantity: ofS4 },
        ],
        carrier: 'sample',
        trackingId: 'T-4',
        last: false,
      };
      await inventory.test.query('delete from inbox where event_id = $1', [
        eventId,
      ]);
      await handled(
        await tell('shop.shipment.dispatched.v1', orderId, data, 1, eventId),
      );
    };
    const first = newId();
    await dispatch(first, 2);
    await dispatch(first, 2);
    expect(
      (await inventory.parts.reservations.get(orderId)).lines,
    ).toMatchObject([
      { sku: 'S-4', quantity: 3, shipped: 2, warehouseId: 'lyon' },
      { sku: 'S-5', quantity: 2, shipped: 2, warehouseId: 'lyon' },
    ]);
    expect(await inventory.totals('S-4')).toEqual({
      onHand: 49,
      held: 0,
      allocated: 1,
    });
    await dispatch(first, 1);
    const letters = await inventory.test.query<{ error: string }>(
      'select error from dead_letters where event_id = $1',
      [first],
    );
    expect(letters).toHaveLength(1);
    expect(letters[0].error).toContain('told before with other lines');
    expect((await inventory.totals('S-4')).onHand).toBe(49);
  });

  it('release nothing of what has all left', async () => {
    const { inventory } = served;
    await inventory.stock('S-3', { lyon: 1 });
    const orderId = newId();
    await inventory.parts.reservations.reserve({
      reservationId: orderId,
      ttlSeconds: 60,
      lines: [{ sku: 'S-3', quantity: 1 }],
    });
    await inventory.parts.reservations.confirm(orderId);
    await handled(
      await tell('shop.shipment.dispatched.v1', orderId, {
        shipmentId: newId(),
        orderId,
        lines: [{ sku: 'S-3', quantity: 1 }],
        carrier: 'sample',
        trackingId: 'T-3',
        last: true,
      }),
    );
    await expect(
      inventory.parts.reservations.release(orderId),
    ).rejects.toMatchObject({ code: 'already-shipped' });
    expect(await inventory.totals('S-3')).toEqual({
      onHand: 0,
      held: 0,
      allocated: 0,
    });
  });

  it('of a parcel with more than there is are parked, and replayed after a correction', async () => {
    const { inventory, client, issuer } = served;
    const staff = await issuer.headers({
      staff: 'user:amira',
      roles: ['stock-admin'],
    });
    await inventory.stock('S-2', { lyon: 1 });
    const orderId = newId();
    const eventId = await tell('shop.shipment.dispatched.v1', orderId, {
      shipmentId: newId(),
      orderId,
      lines: [{ sku: 'S-2', quantity: 2 }],
      carrier: 'sample',
      trackingId: 'T-2',
      last: true,
    });
    await handled(eventId);
    const url = '/events/groups/inventory/dead-letters';
    const { items } = (
      await client.request({ url: `${url}?state=parked`, headers: staff })
    ).json();
    const letter = items.find((item: any) => item.eventId === eventId);
    expect(letter.error).toContain('1 of S-2 too many');
    await inventory.parts.stock.adjust(
      {
        adjustmentId: newId(),
        warehouseId: 'lyon',
        sku: 'S-2',
        change: 1,
        reason: 'Found behind a shelf',
      },
      'user:amira',
    );
    const replayed = await client.request({
      method: 'POST',
      url: `${url}/${letter.id}/replay`,
      headers: staff,
      payload: {},
    });
    expect(replayed.statusCode).toBeLessThan(300);
    expect((await inventory.totals('S-2')).onHand).toBe(0);
  });

  it('of every revision that was ever published are understood', async () => {
    const { inventory } = served;
    for (const type of Object.keys(topics)) {
      const fixtures = readFixtures(type);
      expect(fixtures.length).toBeGreaterThan(0);
      for (const { content } of fixtures) {
        const event = { ...(content as any), id: newId() };
        for (const { sku, quantity } of event.data.lines ?? []) {
          await inventory.stock(sku, { rotterdam: quantity });
        }
        await served.log.append([
          {
            topic: topics[type],
            key: event.partitionkey,
            id: event.id,
            value: JSON.stringify(event),
          },
        ]);
        await handled(event.id);
        expect(
          await inventory.test.query(
            'select error from dead_letters where event_id = $1',
            [event.id],
          ),
        ).toEqual([]);
      }
    }
  });
});

import { newId } from '@shopfloor/service-kit';
import {
  serveInventory,
  type ServedInventory,
} from './testing/serveInventory.ts';

describe('the API', () => {
  let served: ServedInventory;
  let staff: { authorization: string };
  beforeAll(async () => {
    served = await serveInventory();
    staff = await served.issuer.headers({
      staff: 'user:amira',
      roles: ['stock-admin'],
    });
    await served.inventory.stock('TEA-1', { rotterdam: 6, lyon: 3 });
  });

  afterAll(async () => {
    await served.close();
  });

  const send = (
    method: string,
    url: string,
    payload?: unknown,
    headers: Record<string, string> = {},
  ) => served.client.request({ method, url, payload, headers });

  it('reserves, confirms, reads and releases', async () => {
    const reservationId = newId();
    const lines = [{ sku: 'TEA-1', quantity: 2 }];
    const body = { reservationId, ttlSeconds: 600, lines };
    const made = await send('POST', '/reservations', body);
    expect(made.statusCode).toBe(201);
    const { expiresAt } = made.json();
    expect(made.json()).toEqual({ reservationId, state: 'held', expiresAt });
    const [{ left }] = await served.inventory.test.query<{ left: number }>(
      'select extract(epoch from $1::timestamptz - now())::float as left',
      [expiresAt],
    );
    expect(Math.abs(left - 600)).toBeLessThan(10);
    expect((await send('POST', '/reservations', body)).json()).toEqual(
      made.json(),
    );
    const confirmed = await send(
      'POST',
      `/reservations/${reservationId}/confirm`,
    );
    expect([confirmed.statusCode, confirmed.json().state]).toEqual([
      200,
      'confirmed',
    ]);
    expect(
      (await send('GET', `/reservations/${reservationId}`)).json(),
    ).toEqual({
      reservationId,
      state: 'confirmed',
      expiresAt,
      lines: [
        { sku: 'TEA-1', quantity: 2, warehouseId: 'rotterdam', shipped: 0 },
      ],
    });
    const released = await send(
      'POST',
      `/reservations/${reservationId}/release`,
      {},
    );
    expect([released.statusCode, released.json().state]).toEqual([
      200,
      'released',
    ]);
  });

  it('tells what lacks, by line', async () => {
    const response = await send('POST', '/reservations', {
      reservationId: newId(),
      ttlSeconds: 600,
      lines: [
        { sku: 'TEA-1', quantity: 1 },
        { sku: 'NO-SUCH', quantity: 1 },
      ],
    });
    expect(response.statusCode).toBe(409);
    expect(response.json()).toMatchObject({
      code: 'insufficient-stock',
      errors: [{ in: 'body', field: '/lines/1' }],
    });
    for (const step of ['confirm', 'release']) {
      const gone = await send('POST', `/reservations/${newId()}/${step}`);
      expect([gone.statusCode, gone.json().code]).toEqual([
        404,
        'reservation-not-found',
      ]);
    }
  });

  it('says what can be promised, in the order asked', async () => {
    const response = await send('POST', '/availability', {
      skus: ['NO-SUCH', 'TEA-1'],
    });
    expect(response.json()).toEqual({
      items: [
        { sku: 'NO-SUCH', available: 0, state: 'out' },
        { sku: 'TEA-1', available: 9, state: 'in-stock' },
      ],
    });
  });

  const id = '01993b1e-0000-7000-8000-000000000001';
  const line = { sku: 'TEA-1', quantity: 1 };
  const reservation = { reservationId: id, ttlSeconds: 60, lines: [line] };
  const receipt = { receiptId: id, warehouseId: 'lyon', lines: [line] };
  const correction = {
    adjustmentId: id,
    warehouseId: 'lyon',
    sku: 'TEA-1',
    change: -1,
    reason: 'Broken',
  };
  it.each([
    ['POST', '/availability', {}, '/skus'],
    ['POST', '/availability', { skus: [] }, '/skus'],
    ['POST', '/availability', { skus: ['a', 'a'] }, '/skus'],
    ['POST', '/availability', { skus: ['a\0'] }, '/skus/0'],
    ['POST', '/availability', { skus: ['a\ud83d'] }, '/skus/0'],
    [
      'POST',
      '/reservations',
      { ...reservation, reservationId: 'x' },
      '/reservationId',
    ],
    [
      'POST',
      '/reservations',
      { ...reservation, reservationId: id.toUpperCase() },
      '/reservationId',
    ],
    ['POST', '/reservations', { ...reservation, ttlSeconds: 0 }, '/ttlSeconds'],
    [
      'POST',
      '/reservations',
      { ...reservation, ttlSeconds: '60' },
      '/ttlSeconds',
    ],
    ['POST', '/reservations', { ...reservation, lines: [] }, '/lines'],
    [
      'POST',
      '/reservations',
      { ...reservation, lines: [line, line] },
      '/lines/1/sku',
    ],
    [
      'POST',
      '/reservations',
      { ...reservation, lines: [{ ...line, quantity: 1.5 }] },
      '/lines/0/quantity',
    ],
    [
      'POST',
      '/reservations',
      { ...reservation, lines: [{ ...line, price: 1 }] },
      '/lines/0/price',
    ],
    ['POST', '/reservations', { ...reservation, extra: 1 }, '/extra'],
    ['POST', '/reservations/x/confirm', undefined, 'reservationId'],
    ['POST', `/reservations/${id}/confirm`, { force: true }, '/force'],
    ['GET', '/reservations/x', undefined, 'reservationId'],
    ['GET', '/stock?state=many', undefined, 'state'],
    ['GET', '/stock?cursor=abc', undefined, 'cursor'],
    ['GET', '/stock?limit=0', undefined, 'limit'],
    ['GET', '/stock?colour=red', undefined, 'colour'],
    ['GET', '/movements?kind=lost', undefined, 'kind'],
    ['GET', '/movements?reference=x', undefined, 'reference'],
    ['GET', '/movements?cursor=abc', undefined, 'cursor'],
    ['POST', '/receipts', { ...receipt, lines: [line, line] }, '/lines/1/sku'],
    ['POST', '/receipts', { ...receipt, warehouseId: 'No' }, '/warehouseId'],
    ['POST', '/receipts', { ...receipt, note: ' ' }, '/note'],
    ['POST', '/adjustments', { ...correction, change: 0 }, '/change'],
    ['POST', '/adjustments', { ...correction, reason: undefined }, '/reason'],
    ['PUT', '/warehouses/lyon', { name: 'Lyon', position: 0 }, '/position'],
    ['GET', '/reconciliations?cursor=abc', undefined, 'cursor'],
    ['GET', '/reconciliations/x', undefined, 'reconciliationId'],
  ])('refuses %s %s %j and names %s', async (method, url, body, field) => {
    const response = await send(method, url, body, staff);
    expect(response.statusCode).toBe(400);
    expect(response.headers['content-type']).toMatch(/problem\+json/);
    expect(
      response.json().errors.map((error: { field: string }) => error.field),
    ).toContain(field);
  });

  it('is closed to shoppers, to other staff and to other services', async () => {
    const shopper = await served.issuer.headers({ customer: 'c1' });
    const care = await served.issuer.headers({ staff: 's', roles: ['care'] });
    for (const [method, url] of [
      ['GET', '/stock'],
      ['GET', '/stock/TEA-1'],
      ['GET', '/movements'],
      ['POST', '/receipts'],
      ['POST', '/adjustments'],
      ['GET', '/warehouses'],
      ['PUT', '/warehouses/lyon'],
      ['POST', '/reconciliations'],
      ['GET', '/reconciliations'],
      ['GET', `/reconciliations/${id}/differences`],
      ['GET', '/events/groups/inventory/dead-letters'],
    ]) {
      const answers = [
        await send(method, url),
        await send(method, url, undefined, shopper),
        await send(method, url, undefined, care),
      ];
      expect([url, ...answers.map(({ statusCode }) => statusCode)]).toEqual([
        url,
        401,
        403,
        403,
      ]);
    }
    const foreign = await send(
      'POST',
      '/availability',
      { skus: ['a'] },
      {
        'x-forwarded-client-cert':
          'By=spiffe://cluster.local/ns/production/sa/inventory;URI=spiffe://cluster.local/ns/production/sa/messages',
      },
    );
    expect(foreign.statusCode).toBe(403);
  });

  it('books goods in and corrects, once for each id, and says who did', async () => {
    const receiptId = newId();
    const body = {
      receiptId,
      warehouseId: 'leipzig',
      lines: [{ sku: 'TEA-1', quantity: 5 }],
      note: 'Delivery 17',
    };
    for (let time = 0; time < 2; time += 1) {
      const made = await send('POST', '/receipts', body, staff);
      expect([made.statusCode, made.json()]).toEqual([201, body]);
    }
    const other = await send(
      'POST',
      '/receipts',
      { ...body, lines: [{ sku: 'TEA-1', quantity: 6 }] },
      staff,
    );
    expect([other.statusCode, other.json().code]).toEqual([409, 'id-reused']);
    const change = {
      adjustmentId: newId(),
      warehouseId: 'leipzig',
      sku: 'TEA-1',
      change: -2,
      reason: 'Two were broken',
    };
    await send('POST', '/adjustments', change, staff);
    await send('POST', '/adjustments', change, staff);
    const { warehouses } = (
      await send('GET', '/stock/TEA-1', undefined, staff)
    ).json();
    expect(warehouses).toContainEqual({
      warehouseId: 'leipzig',
      onHand: 3,
      held: 0,
      allocated: 0,
      available: 3,
    });
    const { items } = (
      await send(
        'GET',
        `/movements?sku=TEA-1&reference=${change.adjustmentId}`,
        undefined,
        staff,
      )
    ).json();
    expect(items).toMatchObject([
      {
        kind: 'adjusted',
        quantity: 2,
        onHand: -2,
        reason: 'Two were broken',
        actor: 'staff:user:amira',
      },
    ]);
  });

  it('never takes away what is promised, nor books what it does not know', async () => {
    const tooMuch = await send(
      'POST',
      '/adjustments',
      { ...correction, adjustmentId: newId(), change: -1000 },
      staff,
    );
    expect([tooMuch.statusCode, tooMuch.json().code]).toEqual([
      409,
      'insufficient-stock',
    ]);
    expect(tooMuch.json().errors[0].field).toBe('/change');
    const adjustmentId = newId();
    const unknown = await send(
      'POST',
      '/adjustments',
      { ...correction, adjustmentId, sku: 'NO-SUCH' },
      staff,
    );
    expect([unknown.statusCode, unknown.json().errors[0].field]).toEqual([
      422,
      '/sku',
    ]);
    // What was refused has not used up its id.
    const again = await send(
      'POST',
      '/adjustments',
      { ...correction, adjustmentId },
      staff,
    );
    expect(again.statusCode).toBe(201);
    const nowhere = await send(
      'POST',
      '/receipts',
      { ...receipt, receiptId: newId(), warehouseId: 'nowhere' },
      staff,
    );
    expect([nowhere.statusCode, nowhere.json().errors[0].field]).toEqual([
      422,
      '/warehouseId',
    ]);
  });

  it('keeps warehouses in an order that none shares', async () => {
    const put = (warehouseId: string, position: number) =>
      send(
        'PUT',
        `/warehouses/${warehouseId}`,
        { name: 'Oslo', position },
        staff,
      );
    expect((await put('oslo', 4)).json()).toEqual({
      warehouseId: 'oslo',
      name: 'Oslo',
      position: 4,
    });
    const taken = await put('oslo', 1);
    expect([taken.statusCode, taken.json().errors[0].field]).toEqual([
      409,
      '/position',
    ]);
    const { items } = (
      await send('GET', '/warehouses', undefined, staff)
    ).json();
    expect(
      items.map((item: { warehouseId: string }) => item.warehouseId),
    ).toEqual(['rotterdam', 'leipzig', 'lyon', 'oslo']);
  });

  it('pages through stock and the ledger, each row once', async () => {
    for (let index = 0; index < 5; index += 1) {
      await served.inventory.stock(`PAGE-${index}`, { rotterdam: index + 1 });
    }
    for (const [url, key] of [
      ['/stock?limit=2', 'sku'],
      ['/stock?limit=2&state=low&warehouseId=rotterdam', 'sku'],
      ['/movements?limit=3', 'movementId'],
      ['/movements?limit=1&kind=received&warehouseId=rotterdam', 'movementId'],
    ]) {
      const whole = (
        await send(
          'GET',
          url.replace(/limit=\d/, 'limit=200'),
          undefined,
          staff,
        )
      ).json();
      const seen: string[] = [];
      let cursor = '';
      do {
        const page = (
          await send('GET', `${url}${cursor}`, undefined, staff)
        ).json();
        seen.push(
          ...page.items.map((item: Record<string, string>) => item[key]),
        );
        cursor = page.nextCursor ? `&cursor=${page.nextCursor}` : '';
      } while (cursor);
      expect(seen.length).toBeGreaterThan(2);
      expect(seen).toEqual(
        whole.items.map((item: Record<string, string>) => item[key]),
      );
    }
  });

  it('answers 503, not 500, while its database is away, and recovers by itself', async () => {
    await served.inventory.test.cutConnections();
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 10; attempt += 1) {
      statuses.push(
        (await send('POST', '/availability', { skus: ['a'] })).statusCode,
      );
    }
    expect(statuses.filter(status => status !== 200 && status !== 503)).toEqual(
      [],
    );
    expect(statuses.at(-1)).toBe(200);
  });
});

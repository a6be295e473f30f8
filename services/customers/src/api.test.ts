import { migrateDatabase, revertDatabase } from '@shopfloor/service-kit';
import { TestDatabase } from '@shopfloor/service-kit/src/testing/TestDatabase.ts';
import {
  TestIssuer,
  type TestPerson,
} from '@shopfloor/service-kit/src/testing/TestIssuer.ts';
import { migrations } from './migrations/index.ts';
import { Neighbours } from './testing/Neighbours.ts';
import {
  serveCustomers,
  type ServedCustomers,
} from './testing/serveCustomers.ts';

const NOWHERE = '0198c0de-0000-7000-8000-0000000000ff';
const LONDON = {
  label: 'Home',
  name: 'Grace Mensah',
  line1: '1 High Street',
  city: 'London',
  postalCode: 'sw1a 1aa',
  country: 'GB',
};

describe('customers', () => {
  let test: TestDatabase;
  let issuer: TestIssuer;
  let neighbours: Neighbours;
  let served: ServedCustomers;

  beforeAll(async () => {
    test = await TestDatabase.create();
    await migrateDatabase({
      connectionString: test.connectionString,
      lockName: 'customers',
      migrations,
    });
    issuer = await TestIssuer.create();
    neighbours = await Neighbours.start();
    served = await serveCustomers({
      connectionString: test.connectionString,
      issuer,
      neighbours,
      env: { CUSTOMERS_MAX_ADDRESSES: '3' },
    });
  });

  afterAll(async () => {
    await served?.close();
    await neighbours?.close();
    await test.drop();
  });

  async function as(person: TestPerson) {
    const headers = await issuer.headers(person);
    return async (
      method: string,
      url: string,
      payload?: unknown,
      ifMatch?: string,
    ) => {
      const response = await served.client.request({
        method,
        url,
        payload,
        headers: { ...headers, ...(ifMatch && { 'if-match': ifMatch }) },
      });
      return {
        status: response.statusCode,
        headers: response.headers,
        body: response.body ? response.json() : undefined,
      };
    };
  }

  const customer = (id: string, more: object = {}) =>
    as({ customer: id, email: `${id}@shopper.example`, ...more });

  describe('the profile', () => {
    it('is made at first sight and has the e-mail that the token says', async () => {
      const send = await customer('c-first');
      const first = await send('GET', '/me');
      expect(first.status).toBe(200);
      expect(first.headers.etag).toBe('"1"');
      expect(first.body).toMatchObject({
        customerId: 'c-first',
        email: 'c-first@shopper.example',
        emailVerified: true,
        version: 1,
      });
      expect((await send('GET', '/me')).body).toEqual(first.body);
      const changed = await as({
        customer: 'c-first',
        email: 'new@shopper.example',
        emailVerified: false,
      });
      expect((await changed('GET', '/me')).body).toMatchObject({
        email: 'new@shopper.example',
        emailVerified: false,
        version: 2,
      });
    });

    it('seen by many requests at once is one', async () => {
      const send = await customer('c-many');
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => send('GET', '/me')),
      );
      expect(answers.map(({ status }) => status)).toEqual(
        answers.map(() => 200),
      );
    });

    it('is replaced only with the version that was read', async () => {
      const send = await customer('c-profile');
      await send('GET', '/me');
      const profile = {
        displayName: '林悦',
        language: 'zh',
        phone: '+442071838750',
      };
      expect(await send('PUT', '/me', profile)).toMatchObject({
        status: 428,
        body: { code: 'if-match-required' },
      });
      const written = await send('PUT', '/me', profile, '"1"');
      expect(written.body).toMatchObject({ ...profile, version: 2 });
      expect((await send('PUT', '/me', profile, '"1"')).status).toBe(412);
      const emptied = await send('PUT', '/me', {}, '"2"');
      expect(emptied.body).not.toHaveProperty('displayName');
      expect(emptied.headers.etag).toBe('"3"');
    });

    it('is nobody’s but the customer’s', async () => {
      expect((await (await as({ guest: 'g' }))('GET', '/me')).status).toBe(403);
      expect(
        (await (await as({ staff: 's', roles: ['care'] }))('GET', '/me'))
          .status,
      ).toBe(403);
      expect((await served.client.request('/me')).statusCode).toBe(401);
    });
  });

  describe('addresses', () => {
    it('are kept tidied, changed and forgotten by version', async () => {
      const send = await customer('c-address');
      const added = await send('POST', '/me/addresses', LONDON);
      expect(added).toMatchObject({
        status: 201,
        body: { postalCode: 'SW1A 1AA', label: 'Home', version: 1 },
      });
      const url = `/me/addresses/${added.body.addressId}`;
      expect(added.headers.location).toBe(url);
      expect((await send('GET', url)).body).toEqual(added.body);
      const moved = { ...LONDON, city: 'Leeds', postalCode: 'LS1 1UR' };
      expect((await send('PUT', url, moved)).status).toBe(428);
      expect((await send('PUT', url, moved, '"9"')).status).toBe(412);
      expect((await send('PUT', url, moved, '"1"')).body).toMatchObject({
        city: 'Leeds',
        version: 2,
      });
      expect((await send('DELETE', url, undefined, '"1"')).status).toBe(412);
      expect((await send('DELETE', url, undefined, '"2"')).status).toBe(204);
      expect((await send('DELETE', url, undefined, '"2"')).status).toBe(404);
      expect((await send('GET', '/me/addresses')).body).toEqual({ items: [] });
    });

    it('can be the default, and cease to be when they are forgotten', async () => {
      const send = await customer('c-default');
      const { addressId } = (await send('POST', '/me/addresses', LONDON)).body;
      expect(
        (await send('PUT', '/me', { defaultAddressId: addressId }, '"1"')).body
          .defaultAddressId,
      ).toBe(addressId);
      await send('DELETE', `/me/addresses/${addressId}`, undefined, '"1"');
      expect((await send('GET', '/me')).body).not.toHaveProperty(
        'defaultAddressId',
      );
      const other = await customer('c-default-other');
      await other('GET', '/me');
      const { addressId: mine } = (await send('POST', '/me/addresses', LONDON))
        .body;
      expect(
        await other('PUT', '/me', { defaultAddressId: mine }, '"1"'),
      ).toMatchObject({ status: 422, body: { code: 'unknown-address' } });
    });

    it('of a stranger do not exist', async () => {
      const owner = await customer('c-owner');
      const { addressId } = (await owner('POST', '/me/addresses', LONDON)).body;
      const stranger = await customer('c-stranger');
      const url = `/me/addresses/${addressId}`;
      for (const answer of [
        await stranger('GET', url),
        await stranger('PUT', url, LONDON, '"1"'),
        await stranger('DELETE', url, undefined, '"1"'),
      ]) {
        expect(answer).toMatchObject({
          status: 404,
          body: { code: 'address-not-found' },
        });
      }
      expect((await owner('GET', url)).status).toBe(200);
    });

    it('have a cap that many at once do not pass together', async () => {
      const send = await customer('c-cap');
      await send('GET', '/me');
      const answers = await Promise.all(
        Array.from({ length: 8 }, () => send('POST', '/me/addresses', LONDON)),
      );
      expect(answers.filter(({ status }) => status === 201)).toHaveLength(3);
      expect(
        answers.filter(({ body }) => body.code === 'too-many-addresses'),
      ).toHaveLength(5);
    });

    it.each([
      [{ ...LONDON, postalCode: '12345' }, '/postalCode'],
      [{ ...LONDON, country: 'ZZ' }, '/country'],
      [{ ...LONDON, country: 'gb' }, '/country'],
      [{ ...LONDON, name: '   ' }, '/name'],
      [{ ...LONDON, line1: 'a\u0000b' }, '/line1'],
      [{ ...LONDON, line1: 'x'.repeat(201) }, '/line1'],
      [{ ...LONDON, planet: 'Mars' }, '/planet'],
      [{ ...LONDON, city: null }, '/city'],
    ])('refuse %j and name %s', async (address, field) => {
      const send = await customer('c-wrong');
      const { status, body } = await send('POST', '/me/addresses', address);
      expect(status).toBe(400);
      expect(body.errors.map((error: any) => error.field)).toContain(field);
    });
  });

  describe('consents', () => {
    it('are nobody’s until they are granted, on the very text that was shown', async () => {
      const send = await customer('c-consent');
      const before = await send('GET', '/me/consents');
      expect(before.body.items).toEqual([
        expect.objectContaining({ purpose: 'marketing-email', granted: false }),
        expect.objectContaining({ purpose: 'order-analysis', granted: false }),
      ]);
      expect(before.body.items[0].text.version).toBe(1);
      const decide = (granted: boolean, textVersion = 1) =>
        send('POST', '/me/consents', {
          purpose: 'marketing-email',
          textVersion,
          granted,
        });
      expect(await decide(true)).toMatchObject({
        status: 201,
        body: { granted: true, textVersion: 1 },
      });
      expect((await decide(true)).status).toBe(200);
      expect((await decide(false)).status).toBe(201);
      expect(await decide(true, 2)).toMatchObject({
        status: 422,
        body: { code: 'unknown-text-version' },
      });
      expect((await send('GET', '/me/consents')).body.items[0]).toMatchObject({
        granted: false,
        textVersion: 1,
      });
    });

    it('stay on the old text when a new one is published', async () => {
      const send = await customer('c-text');
      await send('POST', '/me/consents', {
        purpose: 'order-analysis',
        textVersion: 1,
        granted: true,
      });
      await test.query(
        `insert into consent_texts (purpose, version, en, zh) values ('order-analysis', 2, 'New', '新')`,
      );
      try {
        const [, state] = (await send('GET', '/me/consents')).body.items;
        expect(state).toMatchObject({
          granted: true,
          textVersion: 1,
          text: { version: 2, en: 'New' },
        });
      } finally {
        await test.query(`alter table consent_texts disable trigger all`);
        await test.query(`delete from consent_texts where version = 2`);
        await test.query(`alter table consent_texts enable trigger all`);
      }
    });

    it('keep their history: nothing changes it, page by page', async () => {
      const send = await customer('c-history');
      for (const granted of [true, false, true]) {
        await send('POST', '/me/consents', {
          purpose: 'marketing-email',
          textVersion: 1,
          granted,
        });
      }
      const first = await send('GET', '/me/consents/history?limit=2');
      expect(first.body.items.map((each: any) => each.granted)).toEqual([
        true,
        false,
      ]);
      const second = await send(
        'GET',
        `/me/consents/history?limit=2&cursor=${first.body.nextCursor}`,
      );
      expect(second.body.items.map((each: any) => each.granted)).toEqual([
        true,
      ]);
      expect(second.body).not.toHaveProperty('nextCursor');
      for (const sql of [
        `update consents set granted = false where customer_id = 'c-history'`,
        `delete from consents where customer_id = 'c-history'`,
        `delete from customers where id = 'c-history'`,
        `update consent_texts set en = 'Anything'`,
        `delete from consent_texts`,
      ]) {
        await expect(test.query(sql)).rejects.toThrow('append-only');
      }
    });
  });

  describe('claiming guest orders', () => {
    it('works with a verified e-mail alone', async () => {
      neighbours.guestOrders.set('c-claim@shopper.example', ['o-1', 'o-2']);
      const unverified = await customer('c-claim', { emailVerified: false });
      expect(await unverified('POST', '/me/claims')).toMatchObject({
        status: 403,
        body: { code: 'email-not-verified' },
      });
      const without = await as({ customer: 'c-claim' });
      expect((await without('POST', '/me/claims', {})).status).toBe(403);
      expect(neighbours.calls.join()).not.toContain('claims');
      const send = await customer('c-claim');
      expect((await send('POST', '/me/claims')).body).toEqual({
        orderIds: ['o-1', 'o-2'],
      });
      expect((await send('POST', '/me/claims', {})).body).toEqual({
        orderIds: [],
      });
      expect((await send('POST', '/me/claims', { email: 'x' })).status).toBe(
        400,
      );
    });

    it('says so when orders does not answer', async () => {
      const send = await customer('c-claim-down');
      neighbours.down.add('orders');
      const answer = await send('POST', '/me/claims');
      neighbours.down.clear();
      expect([503, 504]).toContain(answer.status);
      expect(answer.body.code).toMatch(/^orders-/);
    });
  });

  it.each([
    ['PUT', '/me', { language: 'de' }, '/language'],
    ['PUT', '/me', { phone: '0207' }, '/phone'],
    ['PUT', '/me', { displayName: '' }, '/displayName'],
    ['PUT', '/me', { email: 'x@y.example' }, '/email'],
    ['GET', '/me?full=true', undefined, 'full'],
    ['GET', '/me/addresses/1', undefined, 'addressId'],
    ['GET', '/me/consents/history?limit=0', undefined, 'limit'],
    ['GET', '/me/consents/history?cursor=x', undefined, 'cursor'],
    [
      'POST',
      '/me/consents',
      { purpose: 'all', textVersion: 1, granted: true },
      '/purpose',
    ],
    [
      'POST',
      '/me/consents',
      { purpose: 'order-analysis', textVersion: '1', granted: true },
      '/textVersion',
    ],
    ['POST', '/me/exports', { all: true }, '/all'],
    ['GET', '/me/exports/x', undefined, 'exportId'],
    ['GET', `/me/exports/urn:uuid:${NOWHERE}`, undefined, 'exportId'],
    ['GET', '/me/erasures/x', undefined, 'erasureId'],
  ])('refuses %s %s %j and names %s', async (method, url, body, field) => {
    const send = await customer('c-wrong');
    const response = await send(method, url, body, '"1"');
    expect(response.status).toBe(400);
    expect(response.body.errors.map((error: any) => error.field)).toContain(
      field,
    );
  });

  it.each([
    [`/me/addresses/${NOWHERE}`, 'address-not-found'],
    [`/me/exports/${NOWHERE}`, 'export-not-found'],
    [`/me/erasures/${NOWHERE}`, 'erasure-not-found'],
  ])('finds nothing at %s', async (url, code) => {
    const send = await customer('c-none');
    expect(await send('GET', url)).toMatchObject({
      status: 404,
      body: { code },
    });
  });

  it('survives a restart of its database without one of its own', async () => {
    const send = await customer('c-restart');
    await test.cutConnections();
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 10; attempt += 1) {
      statuses.push((await send('GET', '/me')).status);
    }
    expect(statuses.filter(status => status !== 200 && status !== 503)).toEqual(
      [],
    );
    expect(statuses.at(-1)).toBe(200);
  });

  it('keeps persons out of its logs', async () => {
    const send = await customer('c-log');
    await send('POST', '/me/addresses', { ...LONDON, name: 'Secret Name' });
    neighbours.down.add('orders');
    await send('POST', '/me/claims');
    neighbours.down.clear();
    expect(served.lines.length).toBeGreaterThan(0);
    expect(served.lines.join()).not.toMatch(
      /Secret Name|c-log@|c-claim|High Street|Bearer|eyJ/,
    );
  });
});

describe('migrations', () => {
  it('go up and all the way down again, and up once more', async () => {
    const test = await TestDatabase.create();
    const { connectionString } = test;
    const things = async () => [
      ...(await test.query<{ name: string }>(
        `select tablename as name from pg_tables where schemaname = 'public' and tablename not like 'schema_migrations%' order by 1`,
      )),
      ...(await test.query<{ name: string }>(
        `select proname as name from pg_proc p join pg_namespace n on n.oid = pronamespace where nspname = 'public' order by 1`,
      )),
    ];
    const migrate = () =>
      migrateDatabase({ connectionString, lockName: 'customers', migrations });
    await migrate();
    const before = await things();
    expect(before.length).toBeGreaterThan(10);
    await revertDatabase({ connectionString, migrations });
    expect(await things()).toEqual([]);
    expect((await migrate()).applied).toHaveLength(migrations.length);
    expect(await things()).toEqual(before);
    await test.drop();
  });
});

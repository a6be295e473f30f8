import { BundledPrograms } from '@shopfloor/service-kit/src/testing/BundledPrograms.ts';
import { killProgram } from '@shopfloor/service-kit/src/testing/startProgram.ts';
import { TestDatabase } from '@shopfloor/service-kit/src/testing/TestDatabase.ts';
import { migrations } from './migrations/index.ts';
import { TestShop } from './testing/TestShop.ts';
import { newSigningKey } from './testing/TestStorefront.ts';

describe('the bundled programs', () => {
  let programs: BundledPrograms;
  let database: TestDatabase;
  let shop: TestShop;

  beforeAll(async () => {
    [programs, database, shop] = await Promise.all([
      BundledPrograms.create({ source: import.meta.dirname }),
      TestDatabase.create(),
      TestShop.start(),
    ]);
  }, 120_000);

  afterAll(async () => {
    await programs?.close();
    await shop?.close();
    await database?.drop();
  });

  it('migrate, serve and drain on SIGTERM; a session outlives the process', async () => {
    const DATABASE_URL = database.connectionString;
    expect((await programs.migrate({ DATABASE_URL })).applied).toEqual(
      migrations.map(({ name }) => name),
    );
    shop.answers('cart', ({ path: asked, method }) =>
      method === 'POST'
        ? {
            status: 201,
            body: { cartId: '0192f8a0-0000-7000-8000-0000000000c1' },
          }
        : { body: { asked } },
    );
    const key = await newSigningKey();
    const serve = () =>
      programs.serve({
        DATABASE_URL,
        SESSION_SIGNING_KEY: key,
        CART_URL: shop.urlOf('cart'),
        LOAD_SHEDDING: 'false',
      });

    const first = await serve();
    expect((await first.client.request('/health/ready')).statusCode).toBe(200);
    const set = await first.client.request({
      method: 'PUT',
      url: '/api/cart/lines/A-1',
      payload: { quantity: 1 },
      headers: { 'x-shop-request': '1' },
    });
    expect(set.statusCode).toBe(200);
    const [cookie] = set.headers['set-cookie']![0].split(';');
    await killProgram(first.child);

    const second = await serve();
    const cart = await second.client.request({
      url: '/api/cart',
      headers: { cookie },
    });
    expect(cart.json()).toEqual({
      asked: '/carts/0192f8a0-0000-7000-8000-0000000000c1',
    });
    expect(await second.stop()).toBe(0);
  }, 120_000);

  it('say what is wrong with their configuration and do not start', async () => {
    await expect(
      programs.run('server', { DATABASE_URL: 'mysql://u:hunter2@db/x' }),
    ).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /DATABASE_URL must be a URL that begins with postgresql:[^]*SESSION_SIGNING_KEY is missing/,
      ),
    });
  }, 30_000);
});

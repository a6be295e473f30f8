import { BundledPrograms } from '@shopfloor/service-kit/src/testing/BundledPrograms.ts';
import { OrdersWorld } from './testing/serveOrders.ts';
import { SessionKeys } from './testing/sessionKeys.ts';

describe('the bundled programs', () => {
  let programs: BundledPrograms;
  let world: OrdersWorld;

  beforeAll(async () => {
    [programs, world] = await Promise.all([
      BundledPrograms.create({ source: import.meta.dirname }),
      OrdersWorld.create(),
    ]);
  }, 120_000);

  afterAll(async () => {
    await programs?.close();
    await world?.close();
  });

  it('migrate, serve, and drain on SIGTERM', async () => {
    const env = { ...world.env, SESSION_JWKS: new SessionKeys().jwks };
    // The world is migrated already; again changes nothing.
    expect((await programs.migrate(env)).applied).toEqual([]);
    const { client, stop } = await programs.serve(env);
    expect((await client.request('/health/ready')).statusCode).toBe(200);
    expect((await client.request('/openapi.json')).json().info.title).toBe(
      'Orders',
    );
    expect((await client.request('/orders')).statusCode).toBe(401);
    expect(await stop()).toBe(0);
  }, 120_000);

  it('do not start with times that let stock go before the payment is due', async () => {
    await expect(
      programs.run('server', {
        ...world.env,
        ORDERS_PAYMENT_DEADLINE_SECONDS: '1200',
      }),
    ).rejects.toMatchObject({
      code: 1,
      stderr:
        'The configuration is not usable:\n  - ORDERS_PAYMENT_DEADLINE_SECONDS must be at least 60 below ORDERS_RESERVATION_TTL_SECONDS\n',
    });
  }, 120_000);
});

import { newId } from '@shopfloor/service-kit';
import { BundledPrograms } from '@shopfloor/service-kit/src/testing/BundledPrograms.ts';
import { ServiceDatabases } from '@shopfloor/service-kit/src/testing/ServiceDatabases.ts';

describe('the bundled programs', () => {
  let programs: BundledPrograms;
  let databases: ServiceDatabases;

  beforeAll(async () => {
    [programs, databases] = await Promise.all([
      BundledPrograms.create({ source: import.meta.dirname }),
      ServiceDatabases.create(),
    ]);
    await programs.migrate(databases.env);
  }, 120_000);

  afterAll(async () => {
    await programs?.close();
    await databases?.drop();
  });

  const serve = () =>
    programs.serve({
      ...databases.env,
      CARRIER: 'sample',
      SAMPLE_CARRIER_DISPATCH_SECONDS: '1',
      SAMPLE_CARRIER_DELIVERY_SECONDS: '1',
      CARRIER_POLL_INTERVAL_MS: '50',
    });

  const states = async () =>
    (
      await databases.own.query<{ state: string }>(
        'select distinct state from shipments',
      )
    ).map(({ state }) => state);

  it('send every shipment on its way once, though they are killed again and again', async () => {
    const shipments = Array.from({ length: 30 }, () => ({
      shipmentId: newId(),
      orderId: newId(),
      optionId: 'standard',
      address: {
        name: 'Marta Silva',
        line1: '1 Example Street',
        city: 'Lisbon',
        country: 'PT',
      },
      lines: [{ sku: 'cup', quantity: 1 }],
    }));
    let served = await serve();
    for (const payload of shipments) {
      const { statusCode } = await served.client.request({
        method: 'POST',
        url: '/shipments',
        payload,
      });
      expect(statusCode).toBe(201);
    }
    let kills = 0;
    while ((await states()).join() !== 'delivered') {
      if (kills < 4) {
        kills += 1;
        served.child.kill('SIGKILL');
        await served.exit;
        // Its leases run out, as after a minute.
        await databases.own.query(
          'update shipments set next_check_at = now() where next_check_at is not null',
        );
        served = await serve();
      }
      await served.client.request('/health/live');
    }
    const told = async () => {
      const rows = await databases.log.query<{ value: string }>(
        'select value from event_log.events',
      );
      return rows
        .map(({ value }) => JSON.parse(value))
        .map(({ type, subject }) => `${type} ${subject}`)
        .sort();
    };
    const wanted = shipments
      .flatMap(({ shipmentId }) => [
        `shop.shipment.delivered.v1 ${shipmentId}`,
        `shop.shipment.dispatched.v1 ${shipmentId}`,
      ])
      .sort();
    while ((await told()).length < wanted.length) {
      await served.client.request('/health/live');
    }
    // The log may have one twice where a relay died; the ids of events tell, and nothing is missing.
    expect([...new Set(await told())]).toEqual(wanted);
    expect(await served.stop()).toBe(0);
  }, 120_000);

  it('say what is wrong with their configuration and do not start', async () => {
    await expect(
      programs.run('server', {
        DATABASE_URL: 'mysql://u:hunter2@db/x',
        CARRIER: 'pigeon',
      }),
    ).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /DATABASE_URL must be a URL that begins with postgresql:[^]*CARRIER must be one of manual, sample/,
      ),
    });
  }, 30_000);
});

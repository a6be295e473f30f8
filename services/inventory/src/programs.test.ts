import { newId } from '@shopfloor/service-kit';
import { until } from '@shopfloor/service-kit/src/testing/eventually.ts';
import { usePrograms } from '@shopfloor/service-kit/src/testing/usePrograms.ts';
import { migrations } from './migrations/index.ts';

describe('the bundled programs', () => {
  const used = usePrograms(import.meta.dirname);

  it('migrate, serve and drain on SIGTERM', async () => {
    const { applied } = await used.programs.migrate({
      ...used.databases.env,
      SAMPLE_DATA: 'true',
    });
    expect(applied).toEqual(migrations.map(({ name }) => name));
    const { client, stop } = await used.programs.serve(used.databases.env);
    expect((await client.request('/health/ready')).statusCode).toBe(200);
    expect((await client.request('/warehouses')).statusCode).toBe(401);
    expect((await client.request('/metrics')).body).toContain('event_');
    // The sweeper of the running program, by the clock of the database.
    await used.databases.own.query(
      `insert into skus values ('A', gen_random_uuid(), 1, false, true)`,
    );
    await used.databases.own.query(
      `insert into stock (sku, warehouse_id, on_hand) values ('A', 'lyon', 1)`,
    );
    const reservationId = newId();
    const reserved = await client.request({
      method: 'POST',
      url: '/reservations',
      payload: {
        reservationId,
        ttlSeconds: 1,
        lines: [{ sku: 'A', quantity: 1 }],
      },
    });
    expect(reserved.statusCode).toBe(201);
    await until(async () => {
      const [{ state }] = await used.databases.own.query<{ state: string }>(
        'select state from reservations where id = $1',
        [reservationId],
      );
      return state === 'expired';
    });
    expect(await stop()).toBe(0);
  }, 120_000);

  it('say what is wrong with their configuration and do not start', async () => {
    await expect(
      used.programs.run('server', {
        DATABASE_URL: 'mysql://u:hunter2@db/x',
        SWEEP_INTERVAL_MS: '1',
      }),
    ).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /DATABASE_URL must be a URL that begins with postgresql:[^]*SWEEP_INTERVAL_MS must be between 50/,
      ),
    });
  }, 30_000);
});

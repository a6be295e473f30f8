import { BundledPrograms } from '@shopfloor/service-kit/src/testing/BundledPrograms.ts';
import { describeSchema } from '@shopfloor/service-kit/src/testing/describeSchema.ts';
import { TestDatabase } from '@shopfloor/service-kit/src/testing/TestDatabase.ts';
import { readProviderConfig } from './config.ts';
import { migrateProvider } from './migrateProvider.ts';
import { migrations } from './migrations/index.ts';

describe('the bundled programs', () => {
  let programs: BundledPrograms;
  let database: TestDatabase;

  beforeAll(async () => {
    [programs, database] = await Promise.all([
      BundledPrograms.create({ source: import.meta.dirname }),
      TestDatabase.create(),
    ]);
  }, 120_000);

  afterAll(async () => {
    await programs?.close();
    await database?.drop();
  });

  it('migrate, serve and drain on SIGTERM', async () => {
    const DATABASE_URL = database.connectionString;
    expect((await programs.migrate({ DATABASE_URL })).applied).toEqual(
      migrations.map(({ name }) => name),
    );
    const { client, stop } = await programs.serve({
      DATABASE_URL,
      MERCHANT_API_KEY: 'k',
      SINGLE_CAPTURE_API_KEY: 'l',
      MERCHANT_WEBHOOK_SECRET: 's',
    });
    expect((await client.request('/health/ready')).statusCode).toBe(200);
    expect((await client.request('/api/account')).statusCode).toBe(401);
    const control = await client.request({
      method: 'POST',
      url: '/control/accounts',
      payload: {},
    });
    expect(control.statusCode).toBe(404);
    expect(await stop()).toBe(0);
  }, 120_000);

  it('say what is wrong with their configuration and do not start', async () => {
    await expect(
      programs.run('server', { DATABASE_URL: 'mysql://u:hunter2@db/x' }),
    ).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /^(?![^]*hunter2)[^]*DATABASE_URL must be a URL that begins with postgresql:/,
      ),
    });
  }, 30_000);
});

describe('the hardened configuration', () => {
  it('has no control API', () => {
    expect(() =>
      readProviderConfig({
        DATABASE_URL: 'postgresql://u@h/d',
        MERCHANT_API_KEY: 'k',
        SINGLE_CAPTURE_API_KEY: 'l',
        MERCHANT_WEBHOOK_SECRET: 's',
        CONTROL_API: 'true',
        SHOPFLOOR_HARDENED: 'true',
      }),
    ).toThrow(/CONTROL_API must be false/);
  });
});

describeSchema(migrations, migrateProvider);

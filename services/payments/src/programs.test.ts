import { describeSchema } from '@shopfloor/service-kit/src/testing/describeSchema.ts';
import { usePrograms } from '@shopfloor/service-kit/src/testing/usePrograms.ts';
import { readPaymentsConfig } from './config.ts';
import { migratePayments } from './migratePayments.ts';
import { migrations } from './migrations/index.ts';

describe('the bundled programs', () => {
  const used = usePrograms(import.meta.dirname);

  it('migrate, serve and drain on SIGTERM', async () => {
    expect((await used.programs.migrate(used.databases.env)).applied).toEqual(
      migrations.map(({ name }) => name),
    );
    const { client, stop } = await used.programs.serve({
      ...used.databases.env,
      PAYMENT_PROVIDER_URL: 'http://127.0.0.1:9',
      PAYMENT_PROVIDER_API_KEY: 'k',
      PAYMENT_PROVIDER_WEBHOOK_SECRET: 's',
    });
    expect((await client.request('/health/ready')).statusCode).toBe(200);
    expect((await client.request('/payments/x')).statusCode).toBe(400);
    expect((await client.request('/differences')).statusCode).toBe(401);
    expect(await stop()).toBe(0);
  }, 120_000);

  it('say what is wrong with their configuration and do not start', async () => {
    await expect(
      used.programs.run('server', { DATABASE_URL: 'mysql://u:hunter2@db/x' }),
    ).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /^(?![^]*hunter2)[^]*DATABASE_URL must be a URL that begins with postgresql:/,
      ),
    });
  }, 30_000);
});

describe('the hardened configuration', () => {
  it('takes no payments at a sample provider', () => {
    expect(() =>
      readPaymentsConfig({
        DATABASE_URL: 'postgresql://u@h/d',
        PAYMENT_PROVIDER_API_KEY: 'k',
        PAYMENT_PROVIDER_WEBHOOK_SECRET: 's',
        SHOPFLOOR_HARDENED: 'true',
      }),
    ).toThrow(/add the adapter of a real one/);
  });
});

describeSchema(migrations, migratePayments);

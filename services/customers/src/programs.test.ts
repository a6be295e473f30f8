import { usePrograms } from '@shopfloor/service-kit/src/testing/usePrograms.ts';
import { migrations } from './migrations/index.ts';

describe('the bundled programs', () => {
  const used = usePrograms(import.meta.dirname);

  it('migrate, serve and drain on SIGTERM', async () => {
    expect((await used.programs.migrate(used.databases.env)).applied).toEqual(
      migrations.map(({ name }) => name),
    );
    const { client, stop } = await used.programs.serve(used.databases.env);
    expect((await client.request('/health/ready')).statusCode).toBe(200);
    expect((await client.request('/me')).statusCode).toBe(401);
    expect((await client.request('/metrics')).body).toContain('event_');
    expect(await stop()).toBe(0);
  }, 120_000);

  it('say what is wrong with their configuration and do not start', async () => {
    await expect(
      used.programs.run('server', {
        DATABASE_URL: 'mysql://u:hunter2@db/x',
        RETENTION_YEARS: '0',
      }),
    ).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /DATABASE_URL must be a URL that begins with postgresql:[^]*RETENTION_YEARS must be between 1 and 100/,
      ),
    });
  }, 30_000);
});

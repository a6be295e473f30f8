import { BundledPrograms } from '@shopfloor/service-kit/src/testing/BundledPrograms.ts';
import { ServiceDatabases } from '@shopfloor/service-kit/src/testing/ServiceDatabases.ts';

describe('the bundled programs', () => {
  let databases: ServiceDatabases;
  let version1: BundledPrograms;
  let version2: BundledPrograms;

  beforeAll(async () => {
    const source = import.meta.dirname;
    [databases, version1, version2] = await Promise.all([
      ServiceDatabases.create(),
      BundledPrograms.create({ source }),
      BundledPrograms.create({
        source,
        version: '2.0.0',
        features: ['ratings'],
      }),
    ]);
  }, 120_000);

  afterAll(async () => {
    await version1?.close();
    await version2?.close();
    await databases?.drop();
  });

  const migrate = (programs: BundledPrograms) =>
    programs.migrate({ ...databases.env, SAMPLE_DATA: 'true' });

  const serve = (programs: BundledPrograms, release: string) =>
    programs.serve({
      ...databases.env,
      SERVICE_VERSION: release,
      DRAIN_DELAY_MS: '500',
    });

  it('migrate and serve both versions from one database', async () => {
    expect(await migrate(version1)).toMatchObject({ sample_parts: ['shop'] });
    expect(await migrate(version2)).toMatchObject({
      sample_parts: ['reviews'],
    });
    const [v1, v2] = await Promise.all([
      serve(version1, 'v1'),
      serve(version2, 'v2'),
    ]);
    const read = async ({ client }: typeof v1) => ({
      ready: (await client.request('/health/ready')).statusCode,
      page: (await client.request('/products?limit=5')).json(),
      version: (await client.request('/categories')).headers[
        'x-service-version'
      ],
      document: (await client.request('/openapi.json')).json().info.version,
    });
    const [one, two] = [await read(v1), await read(v2)];
    expect(one).toMatchObject({ ready: 200, version: 'v1', document: '1.2.0' });
    expect(two).toMatchObject({ ready: 200, version: 'v2', document: '1.3.0' });
    expect(JSON.stringify(one.page)).not.toContain('"rating"');
    expect(JSON.stringify(two.page)).toContain('"rating"');
    expect(await Promise.all([v1.stop(), v2.stop()])).toEqual([0, 0]);
  }, 120_000);

  it('end on SIGTERM under load without a failed request', async () => {
    const { child, client, exit } = await serve(version2, 'v2');
    const statuses: number[] = [];
    let stopped = false;
    const shopper = async () => {
      // A caller behind the mesh leaves as soon as readiness is off.
      while (!stopped) {
        statuses.push((await client.request('/products?limit=10')).statusCode);
      }
    };
    const shoppers = Array.from({ length: 8 }, shopper);
    while (statuses.length < 50) {
      await client.request('/health/live');
    }
    child.kill('SIGTERM');
    while ((await client.request('/health/ready')).statusCode === 200) {
      // Asked again at once; the drain turns it off.
    }
    stopped = true;
    await Promise.all(shoppers);
    expect(await exit).toBe(0);
    expect(statuses.filter(status => status !== 200)).toEqual([]);
  }, 120_000);

  it('say what is wrong with their configuration and do not start', async () => {
    for (const program of ['server', 'migrate'] as const) {
      await expect(
        version1.run(program, { DATABASE_URL: 'mysql://u:hunter2@db/x' }),
      ).rejects.toMatchObject({
        code: 1,
        stderr:
          'The configuration is not usable:\n  - DATABASE_URL must be a URL that begins with postgresql: or postgres:\n',
      });
    }
  }, 30_000);
});

import { migrateEventLog } from '@shopfloor/service-kit';
import { TestDatabase } from '@shopfloor/service-kit/src/testing/TestDatabase.ts';
import { HttpClient } from '@shopfloor/service-kit/src/testing/HttpClient.ts';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const run = promisify(execFile);
const bundler = path.resolve(import.meta.dirname, '../bundle.mts');

/** As a pod gets it: nothing of this test's environment but PATH. */
function podEnvironment(env: Record<string, string>): Record<string, string> {
  return { PATH: process.env.PATH!, ...env };
}

describe('the bundled programs', () => {
  let folder: string;
  let test: TestDatabase;
  let log: TestDatabase;
  const children: ChildProcess[] = [];

  beforeAll(async () => {
    test = await TestDatabase.create();
    log = await TestDatabase.create();
    await migrateEventLog({ adminConnectionString: log.connectionString });
    folder = await mkdtemp(path.join(tmpdir(), 'products-image-'));
    for (const [version, features] of [
      ['1.0.0', ''],
      ['2.0.0', 'ratings'],
    ]) {
      await run(
        process.execPath,
        [bundler, path.join(folder, version), version, features],
        { env: podEnvironment({}) },
      );
    }
  }, 60_000);

  afterAll(async () => {
    children.forEach(child => child.kill('SIGKILL'));
    await rm(folder, { recursive: true, force: true });
    await test.drop();
    await log.drop();
  });

  const migrate = async (version: string) => {
    const { stdout } = await run(process.execPath, ['migrate.js'], {
      cwd: path.join(folder, version),
      env: podEnvironment({
        DATABASE_URL: test.connectionString,
        SAMPLE_DATA: 'true',
      }),
    });
    return JSON.parse(stdout);
  };

  async function serve(version: string, release: string) {
    const child = spawn(process.execPath, ['server.js'], {
      cwd: path.join(folder, version),
      env: podEnvironment({
        DATABASE_URL: test.connectionString,
        EVENTS_DATABASE_URL: log.connectionString,
        SESSION_JWKS_URL: 'http://127.0.0.1:9/jwks',
        PORT: '0',
        SERVICE_VERSION: release,
        DRAIN_DELAY_MS: '500',
      }),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    const exit = new Promise<number | null>(resolve =>
      child.once('exit', resolve),
    );
    const port = await new Promise<number>((resolve, reject) => {
      createInterface({ input: child.stdout }).on('line', line => {
        const found = /Listening on .*:(\d+)$/.exec(JSON.parse(line).message);
        if (found) {
          resolve(Number(found[1]));
        }
      });
      void exit.then(code => reject(new Error(`server.js ended: ${code}`)));
    });
    return { child, client: new HttpClient(port), exit };
  }

  it('are whole: each image is two files with their maps', async () => {
    for (const version of ['1.0.0', '2.0.0']) {
      expect((await readdir(path.join(folder, version))).sort()).toEqual([
        'migrate.js',
        'migrate.js.map',
        'server.js',
        'server.js.map',
      ]);
    }
  });

  it('migrate and serve both versions from one database', async () => {
    expect(await migrate('1.0.0')).toMatchObject({ sample_parts: ['shop'] });
    expect(await migrate('2.0.0')).toMatchObject({ sample_parts: ['reviews'] });
    const [v1, v2] = await Promise.all([
      serve('1.0.0', 'v1'),
      serve('2.0.0', 'v2'),
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
    v1.child.kill('SIGTERM');
    v2.child.kill('SIGTERM');
    expect(await Promise.all([v1.exit, v2.exit])).toEqual([0, 0]);
  }, 60_000);

  it('end on SIGTERM under load without a failed request', async () => {
    const { child, client, exit } = await serve('2.0.0', 'v2');
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
  }, 60_000);

  it('say what is wrong with their configuration and do not start', async () => {
    for (const program of ['server.js', 'migrate.js']) {
      await expect(
        run(process.execPath, [program], {
          cwd: path.join(folder, '1.0.0'),
          env: podEnvironment({ DATABASE_URL: 'mysql://u:hunter2@db/x' }),
        }),
      ).rejects.toMatchObject({
        code: 1,
        stderr:
          'The configuration is not usable:\n  - DATABASE_URL must be a URL that begins with postgresql: or postgres:\n',
      });
    }
  }, 30_000);
});

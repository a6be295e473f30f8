import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from '@shopfloor/repository-reader';
import { Client } from 'pg';

jest.setTimeout(600_000);

const DEADLINE_MS = 300_000;

function postgres(): URL {
  const url = process.env.SHOPFLOOR_TEST_POSTGRES_URL;
  if (!url) {
    throw new Error(
      'SHOPFLOOR_TEST_POSTGRES_URL is not set; it names a scratch PostgreSQL',
    );
  }
  return new URL(url);
}

function pause(milliseconds: number): Promise<void> {
  return new Promise(done => setTimeout(done, milliseconds));
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** The secrets backend as a process of its own, with a portal that is away. */
describe('the process', () => {
  const prefix = `secrets_process_${Math.random().toString(36).slice(2)}_`;
  let folder: string;
  let child: ChildProcess | undefined;
  let output: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'secrets-backend-'));
  });

  afterEach(async () => {
    if (child && child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  });

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
    const client = new Client({ connectionString: postgres().href });
    await client.connect();
    try {
      const { rows } = await client.query(
        'select datname from pg_database where starts_with(datname, $1)',
        [prefix],
      );
      for (const { datname } of rows) {
        await client.query(`drop database "${datname}" with (force)`);
      }
    } finally {
      await client.end();
    }
  });

  async function start(options: { port: number; permissions: boolean }) {
    const { port, permissions } = options;
    const { hostname, port: databasePort, username, password } = postgres();
    const away = await freePort();
    const config = join(folder, `${port}.json`);
    await writeFile(
      config,
      JSON.stringify({
        app: { baseUrl: 'http://localhost' },
        backend: {
          baseUrl: 'http://localhost',
          listen: { host: '127.0.0.1', port },
          database: {
            client: 'pg',
            prefix,
            connection: {
              host: hostname,
              port: Number(databasePort),
              user: username,
              password,
            },
          },
        },
        permission: { enabled: permissions },
        discovery: {
          endpoints: [
            {
              plugins: ['*'],
              target: `http://127.0.0.1:${away}/api/{{pluginId}}`,
            },
            {
              plugins: ['secrets'],
              target: `http://127.0.0.1:${port}/api/{{pluginId}}`,
            },
          ],
        },
        shopfloor: {
          clusters: [{ name: 'c', url: `https://127.0.0.1:${away}` }],
          environments: [
            {
              name: 'production',
              cluster: 'c',
              prometheus: { url: `http://127.0.0.1:${away}` },
            },
          ],
        },
        secrets: { environments: [{ name: 'production' }] },
      }),
    );
    output = '';
    child = spawn(
      process.execPath,
      [
        '--require',
        require.resolve('@backstage/cli-node/config/nodeTransform.cjs', {
          paths: [repositoryRoot()],
        }),
        'src/index.ts',
        '--config',
        config,
      ],
      {
        cwd: join(repositoryRoot(), 'packages/secrets-backend'),
        env: { PATH: process.env.PATH, NODE_ENV: 'production' },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    const note = (chunk: unknown) => {
      output += String(chunk);
    };
    child.stdout!.on('data', note);
    child.stderr!.on('data', note);
  }

  async function ready(url: string) {
    const until = Date.now() + DEADLINE_MS;
    const asks = async () =>
      (await fetch(`${url}/.backstage/health/v1/readiness`).catch(
        () => false,
      )) as Response | false;
    for (let answer = await asks(); !answer || !answer.ok;) {
      if (child!.exitCode !== null || Date.now() > until) {
        throw new Error(`It did not start: ${output.slice(-4_000)}`);
      }
      await pause(200);
      answer = await asks();
    }
  }

  it('starts while the portal and Vault are away, with keys and a closed database of its own', async () => {
    const port = await freePort();
    await start({ port, permissions: true });
    const url = `http://127.0.0.1:${port}`;
    await ready(url);
    const keys = await fetch(`${url}/api/secrets/.backstage/auth/v1/jwks.json`);
    expect(keys.status).toBe(200);
    for (const path of ['/grants', '/environments']) {
      const answer = await fetch(`${url}/api/secrets${path}`);
      expect(answer.status).toBe(401);
    }
    const client = new Client({ connectionString: postgres().href });
    await client.connect();
    try {
      const { rows } = await client.query(
        `select datname, has_database_privilege('public', oid, 'CONNECT') as open from pg_database where datname = $1`,
        [`${prefix}secrets`],
      );
      expect(rows).toEqual([{ datname: `${prefix}secrets`, open: false }]);
    } finally {
      await client.end();
    }
  });

  it('refuses to start without permissions, and says why', async () => {
    await start({ port: await freePort(), permissions: false });
    const [code] = await once(child!, 'exit');
    expect(code).not.toBe(0);
    expect(output).toContain('refuses to start while permissions are off');
  });
});

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ensureSecrets } from '../config/secrets.ts';
import type { ProcessPart, SandboxContext } from '../supervisor/types.ts';
import { eventually, required } from '../testing/LiveSandbox.ts';
import { checksTokenFile, keepChecksToken } from './checksToken.ts';
import { openbaoPart } from './openbao.ts';
import { OpenBaoClient } from './openbaoClient.ts';
import { pipelineFiles } from './openbaoSetUp.ts';

const timeoutMs = 60_000;
const repoRoot = resolve(import.meta.dirname, '../../../..');

let stateDir: string;
let dir: string;
let server: ChildProcess | undefined;
let address: string;
let part: ProcessPart;
const log: string[] = [];

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

const run = {
  log: { line: (message: string) => void log.push(message) },
  signal: new AbortController().signal,
  progress() {},
};

/** As the supervisor starts it. */
async function start(): Promise<void> {
  await part.prepare?.(run);
  const { file, args } = await part.command(run);
  server = spawn(file, args, { stdio: 'ignore' });
  await eventually(async () => {
    const { status } = await fetch(`${address}/v1/sys/health`);
    expect([200, 429, 501]).toContain(status);
  });
}

async function kill(): Promise<void> {
  if (server?.exitCode === null && !server.killed) {
    server.kill('SIGKILL');
    await once(server, 'exit');
  }
  server = undefined;
}

const record = () => JSON.parse(readFileSync(join(dir, 'init.json'), 'utf8'));

beforeEach(async () => {
  stateDir = mkdtempSync(join(tmpdir(), 'shopfloor-openbao-'));
  mkdirSync(join(stateDir, 'logs'));
  dir = join(stateDir, 'openbao');
  log.length = 0;
  const [openbao, openbaoCluster] = [await freePort(), await freePort()];
  address = `http://127.0.0.1:${openbao}`;
  part = openbaoPart({
    repoRoot,
    stateDir,
    ports: { openbao, openbaoCluster },
    secrets: ensureSecrets(stateDir),
    tools: {
      path: () => join(required('SHOPFLOOR_TEST_TOOLS'), 'bao'),
      version: () => 'of the test',
    },
  } as unknown as SandboxContext) as ProcessPart;
});

afterEach(async () => {
  await kill();
  rmSync(stateDir, { recursive: true, force: true });
});

describe('OpenBao of the sandbox', () => {
  it(
    'is set up once, leaves no root token, and gives the pipeline an identity that reads no secret',
    async () => {
      await start();
      await part.setUp!(run);
      expect(Object.keys(record()).sort()).toEqual(['recoveryKeys', 'setUp']);
      const files = pipelineFiles(dir);
      expect(statSync(files.secretIdFile).mode & 0o777).toBe(0o600);
      const pipeline = await new OpenBaoClient(address).login(files);
      const mounts = await pipeline.read('sys/mounts');
      expect(Object.keys(mounts!)).toEqual(
        expect.arrayContaining([
          'production/',
          'database-production/',
          'pki-staging/',
          'transit-staging/',
        ]),
      );
      await pipeline.writePolicy('anything', 'path "a" { capabilities = [] }');
      for (const denied of [
        () => pipeline.writePolicy('platform-pipeline', ''),
        () => pipeline.read('production/data/orders/key'),
        () => pipeline.read('database-production/creds/orders-standard'),
        () => pipeline.write('auth/approle/role/platform-pipeline/secret-id'),
        () => pipeline.write('auth/token/create'),
        () => pipeline.read('auth/token/accessors?list=true'),
      ]) {
        await expect(denied()).rejects.toThrow('OpenBao answered 403');
      }
      const before = readFileSync(files.secretIdFile, 'utf8');
      await part.setUp!(run);
      expect(readFileSync(files.secretIdFile, 'utf8')).toBe(before);
      expect(log.filter(line => line.includes('root token'))).toEqual([]);
    },
    timeoutMs,
  );

  it(
    'keeps a token for the checks of the portal, which sees when leases end and nothing else',
    async () => {
      await start();
      await part.setUp!(run);
      const client = new OpenBaoClient(address);
      const pipeline = await client.login(pipelineFiles(dir));
      const keep = () => keepChecksToken({ client, pipeline, dir });
      const path = checksTokenFile(dir);
      const token = () => readFileSync(path, 'utf8');
      await keep();
      expect(statSync(path).mode & 0o777).toBe(0o600);
      const checks = client.withToken(token());
      // Of a service that holds none: not found, where others are refused.
      const leases =
        'sys/leases/lookup/database-production/creds/orders-standard/?list=true';
      expect(await checks.read(leases)).toBeUndefined();
      for (const denied of [
        () => checks.read('database-production/creds/orders-standard'),
        () => checks.read('production/data/orders/key'),
        () => checks.read('sys/leases/lookup/auth/approle/login/?list=true'),
        () => checks.write('sys/leases/revoke', { lease_id: 'a' }),
      ]) {
        await expect(denied()).rejects.toThrow('OpenBao answered 403');
      }
      const before = token();
      await keep();
      expect(token()).toBe(before);
      await checks.revokeSelf();
      await keep();
      expect(token()).not.toBe(before);
      expect(await client.withToken(token()).read(leases)).toBeUndefined();
    },
    timeoutMs,
  );

  it(
    'brings up to date what an older version set up, by its recovery key, and keeps what is in it',
    async () => {
      await start();
      await part.setUp!(run);
      const files = pipelineFiles(dir);
      const client = new OpenBaoClient(address);
      const pipeline = await client.login(files);
      await pipeline.writePolicy(
        'kept',
        'path "a" { capabilities = ["read"] }',
      );
      // As before there was a pipeline: a recovery key and nothing else.
      const { recoveryKeys } = record();
      writeFileSync(join(dir, 'init.json'), JSON.stringify({ recoveryKeys }));
      rmSync(files.secretIdFile);
      await kill();
      await start();
      // Somebody began to make a root token, too, and did not end it.
      await client.untilActive();
      const attempt = await fetch(`${address}/v1/sys/generate-root/attempt`, {
        method: 'PUT',
        body: '{}',
      });
      expect(attempt.status).toBe(200);
      await part.setUp!(run);
      expect(log).toContain(
        'makes a root token out of the recovery key, for this set-up',
      );
      expect(Object.keys(record()).sort()).toEqual(['recoveryKeys', 'setUp']);
      const again = await client.login(pipelineFiles(dir));
      expect(await again.read('sys/policies/acl/kept')).toMatchObject({
        name: 'kept',
      });
    },
    timeoutMs,
  );

  it(
    'goes on after a launcher that died with the root token in hand, and takes it away',
    async () => {
      await start();
      const client = new OpenBaoClient(address);
      const { recoveryKeys, rootToken } = await client.initialise();
      writeFileSync(
        join(dir, 'init.json'),
        JSON.stringify({ recoveryKeys, rootToken }),
      );
      await client.untilActive();
      const created = await fetch(`${address}/v1/auth/token/create`, {
        method: 'POST',
        headers: { 'x-vault-token': rootToken },
        body: JSON.stringify({ policies: ['root'], no_parent: true }),
      });
      const { auth } = (await created.json()) as any;
      await part.setUp!(run);
      expect(await client.withToken(rootToken).tokenIsValid()).toBe(false);
      expect(record().rootToken).toBeUndefined();
      expect(existsSync(pipelineFiles(dir).secretIdFile)).toBe(true);

      // Died after set-up, before the token was revoked.
      const second: string = auth.client_token;
      expect(await client.withToken(second).tokenIsValid()).toBe(true);
      writeFileSync(
        join(dir, 'init.json'),
        JSON.stringify({ ...record(), rootToken: second }),
      );
      await part.setUp!(run);
      expect(await client.withToken(second).tokenIsValid()).toBe(false);

      // From then on nobody can even try to make another one.
      await kill();
      await start();
      await client.untilActive();
      const attempt = await fetch(`${address}/v1/sys/generate-root/attempt`, {
        method: 'PUT',
        body: '{}',
      });
      expect(attempt.status).toBe(405);
    },
    timeoutMs,
  );
});

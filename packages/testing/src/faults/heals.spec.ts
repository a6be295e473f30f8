import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from '@playwright/test';
import type { SandboxStatus } from '@shopfloor/sandbox';
import { askShop, requiredEnv } from '../support/shop.ts';
import { TestSandbox } from '../testSandbox.ts';

const root = resolve(import.meta.dirname, '../../../..');
const stateDir = requiredEnv('SHOPFLOOR_TEST_STATE');
const sandbox = new TestSandbox({
  root,
  portBase: Number(requiredEnv('SHOPFLOOR_TEST_PORT_BASE')),
  stateDir,
  logFile: join(root, 'test-results/sandbox-faults.log'),
});
function pidOf(part: string): number {
  const record = JSON.parse(
    readFileSync(join(stateDir, 'run', `${part}.json`), 'utf8'),
  );
  return record.pid;
}

/** Processes of this sandbox by what stands in their environment; Linux only, as the test machine is. */
function processesWith(...entries: string[]): number[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .filter(pid => {
      try {
        const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
        const variables = environment.split('\0');
        return [`SHOPFLOOR_INSTANCE=${stateDir}`, ...entries].every(entry =>
          variables.includes(entry),
        );
      } catch {
        return false;
      }
    })
    .map(Number);
}

async function recovered(part: string, since: string | undefined) {
  await expect
    .poll(
      async () => {
        const status = (await sandbox.status()) as SandboxStatus;
        const row = status.parts.find(p => p.name === part);
        return row?.ready === true && row.since !== since;
      },
      { timeout: 90_000, message: `${part} becomes ready again` },
    )
    .toBe(true);
}

test.describe.configure({ mode: 'serial' });

for (const part of [
  'postgres',
  'etcd',
  'apiserver',
  'controller-manager',
  'istiod',
  'agent',
  'gateway',
  'openbao',
  'prometheus',
  'alertmanager',
  'oidc',
  'portal',
]) {
  test(`${part} heals after kill -9`, async () => {
    const before = (await sandbox.status())?.parts.find(p => p.name === part);
    process.kill(pidOf(part), 'SIGKILL');
    await recovered(part, before?.since);
    await expect
      .poll(async () => (await askShop('/api/products?limit=1')).status, {
        timeout: 60_000,
      })
      .toBe(200);
  });
}

test('every process of a pod heals after kill -9', async () => {
  const pids = processesWith('POD_NAMESPACE=production');
  expect(pids.length).toBeGreaterThan(0);
  pids.forEach(pid => process.kill(pid, 'SIGKILL'));
  await expect
    .poll(
      () =>
        processesWith('POD_NAMESPACE=production').filter(
          pid => !pids.includes(pid),
        ).length,
      { timeout: 60_000 },
    )
    .toBeGreaterThan(0);
  await expect
    .poll(async () => (await askShop('/api/products?limit=1')).status, {
      timeout: 90_000,
    })
    .toBe(200);
});

test('the launcher heals after kill -9: the next start loses nothing and no orphan is left', async () => {
  test.setTimeout(300_000);
  const product = JSON.parse((await askShop('/api/products?limit=1')).body);
  const lock = readFileSync(join(stateDir, 'launcher.lock'), 'utf8');
  process.kill(JSON.parse(lock).pid, 'SIGKILL');
  const orphans = processesWith();
  expect(orphans.length).toBeGreaterThan(10);

  sandbox.start();
  await sandbox.untilReady(180);
  await expect
    .poll(async () => (await askShop('/api/products?limit=1')).status, {
      timeout: 60_000,
    })
    .toBe(200);
  expect(JSON.parse((await askShop('/api/products?limit=1')).body)).toEqual(
    product,
  );
  expect(processesWith().filter(pid => orphans.includes(pid))).toEqual([]);

  await sandbox.stop();
  expect(processesWith()).toEqual([]);
});

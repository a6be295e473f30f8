import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join, resolve } from 'path';
import { runPipeline } from './main';
import { TestPlatform } from './testUtils/TestPlatform';

jest.setTimeout(120_000);

const root = resolve(__dirname, '../../..');

describe('the command', () => {
  let platform: TestPlatform;
  let folder: string;

  beforeAll(async () => {
    platform = await TestPlatform.start();
    folder = mkdtempSync(join(tmpdir(), 'pipeline-'));
    writeFileSync(join(folder, 'token'), `${platform.bao.rootToken}\n`);
  });
  afterAll(async () => {
    await platform?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const run = async (change: object, ...args: string[]) => {
    const settings = join(folder, 'settings.json');
    writeFileSync(
      settings,
      JSON.stringify({
        address: platform.bao.address,
        auth: { kind: 'token-file', tokenFile: join(folder, 'token') },
        environments: [{ name: 'production' }],
        portal: { kind: 'approle', mount: 'approle' },
        seeds: ['database'],
        ...change,
      }),
    );
    const lines: string[] = [];
    await runPipeline({
      args: ['--settings', settings, ...args],
      root,
      print: line => lines.push(line),
    });
    return lines;
  };
  const policies = async () =>
    (await platform.root.list('sys/policies/acl')).length;

  it('says what it would do with the declarations of this repository, and does it', async () => {
    const before = await policies();
    const planned = await run({}, '--plan');
    expect(await policies()).toBe(before);
    expect(planned.at(-1)).toMatch(/^\d+ would change\.$/);
    expect(planned.join('\n')).toContain(
      'would create sys/policies/acl/grant-production-payments-payments-database-read-0\n    + path "database-production/creds/payments-sensitive" {',
    );
    const done = await run({});
    expect(done).toHaveLength(planned.length);
    expect(done).toContain(
      'created sys/policies/acl/grant-production-payments-payments-database-read-0',
    );
    expect(await policies()).toBeGreaterThan(before);
    expect(await run({})).toEqual(['Vault is as the declarations say.']);
    // Nothing of what it prints is a credential.
    expect([...planned, ...done].join('\n')).not.toContain(
      platform.bao.rootToken,
    );
  });

  it.each<[object, string]>([
    [{ address: 'vault' }, 'address'],
    [{ environments: [] }, 'environments'],
    [{ environments: [{ name: 'Produktion!' }] }, 'environments[0].name'],
    [{ seeds: ['files'] }, 'seeds[0]'],
    [{ approvers: ['chen'] }, 'approvers[0]'],
    [{ windows: 3 }, 'windows'],
    [{ auth: { kind: 'root' } }, 'auth'],
  ])('names what is wrong in its settings: %j', async (change, field) => {
    await expect(run(change)).rejects.toThrow(
      expect.objectContaining({ message: expect.stringContaining(field) }),
    );
  });

  it('tells how it is used', async () => {
    await expect(
      runPipeline({ args: [], root, print: () => {} }),
    ).rejects.toThrow('Usage: node platform/vault/apply.mts');
  });
});

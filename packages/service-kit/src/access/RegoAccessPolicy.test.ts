import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { testMaterials } from '../testing/testMaterials.ts';
import type { AccessRule } from './accessRule.ts';
import { SERVICES_POLICY_WASM } from './generated/servicesPolicy.ts';
import { RegoAccessPolicy } from './RegoAccessPolicy.ts';

const run = promisify(execFile);
const policies = path.resolve(
  import.meta.dirname,
  '../../../../platform/policies',
);

function opa(): string {
  const tools = process.env.SHOPFLOOR_TEST_TOOLS;
  if (!tools) {
    throw new Error(
      'SHOPFLOOR_TEST_TOOLS is not set; it names the folder that holds opa',
    );
  }
  return path.join(tools, 'opa');
}

describe('the policy of the services', () => {
  const { logger, lines } = testMaterials();
  const policy = RegoAccessPolicy.create({ logger });
  const ask = (access: string, kind?: string, roles: string[] = []) =>
    policy.decide({
      service: 'orders',
      operation: 'getOrder',
      access: access as AccessRule,
      principal: kind === undefined ? undefined : { kind, roles, scopes: [] },
    });

  it.each<[string, (string | undefined)[], string]>([
    ['public', [undefined, 'guest', 'customer', 'staff'], 'allow'],
    ['internal', [undefined, 'guest'], 'allow'],
    ['shopper', ['guest', 'customer'], 'allow'],
    ['shopper', ['staff', 'robot'], 'forbidden'],
    ['customer', ['customer'], 'allow'],
    ['customer', ['guest', 'staff'], 'forbidden'],
    ['shopper', [undefined], 'unauthenticated'],
    ['customer', [undefined], 'unauthenticated'],
    ['staff:care', [undefined], 'unauthenticated'],
    ['staff:care', ['guest', 'customer', 'staff'], 'forbidden'],
    ['nonsense', ['guest', 'customer', 'staff'], 'forbidden'],
  ])('%s for %j: %s', (access, kinds, decision) => {
    expect(kinds.map(kind => ask(access, kind))).toEqual(
      kinds.map(() => decision),
    );
  });

  it('gives staff what their role is for, and shoppers nothing by a role', () => {
    expect(ask('staff:care', 'staff', ['finance', 'care'])).toBe('allow');
    expect(ask('staff:care', 'staff', ['finance'])).toBe('forbidden');
    expect(ask('staff:care', 'customer', ['care'])).toBe('forbidden');
    expect(ask('staff:emperor', 'staff', ['emperor'])).toBe('forbidden');
  });

  it('forbids and says so when it cannot be evaluated, and works again after', () => {
    const broken = {
      service: 'a',
      operation: 'b',
      access: 'shopper' as const,
      // Cannot be written as JSON, so it cannot be handed to the policy.
      principal: { kind: 'guest', scopes: [], roles: 1n as never },
    };
    expect(policy.decide(broken)).toBe('forbidden');
    expect(lines.join()).toContain('The access policy failed');
    expect(ask('shopper', 'guest')).toBe('allow');
  });

  it('decides a question it was asked before in well under 10 µs', () => {
    ask('shopper', 'customer');
    const started = performance.now();
    for (let i = 0; i < 10_000; i += 1) {
      ask('shopper', 'customer');
    }
    expect((performance.now() - started) / 10_000).toBeLessThan(0.01);
  });

  describe('as compiled and committed', () => {
    it('is carried by the kit as it was compiled', async () => {
      const wasm = await readFile(
        path.join(policies, 'generated/services.wasm'),
      );
      expect(Buffer.from(SERVICES_POLICY_WASM, 'base64').equals(wasm)).toBe(
        true,
      );
    });

    it('is what its sources compile to', async () => {
      const out = await mkdtemp(path.join(tmpdir(), 'services-policy-'));
      try {
        await run(process.execPath, [
          path.join(policies, 'build.mts'),
          `--opa=${opa()}`,
          `--out=${out}`,
        ]);
        const built = await readFile(path.join(out, 'services.wasm'));
        expect(built.equals(Buffer.from(SERVICES_POLICY_WASM, 'base64'))).toBe(
          true,
        );
        expect(
          await readFile(path.join(out, 'servicesPolicy.ts'), 'utf8'),
        ).toBe(
          await readFile(
            path.join(import.meta.dirname, 'generated/servicesPolicy.ts'),
            'utf8',
          ),
        );
      } finally {
        await rm(out, { recursive: true, force: true });
      }
    });

    it('passes its own tests in Rego', async () => {
      const folder = path.join(policies, 'services');
      await run(opa(), ['check', '--strict', folder]);
      const { stdout } = await run(opa(), ['test', '--format=json', folder]);
      const results: { fail?: boolean }[] = JSON.parse(stdout);
      expect(results.length).toBeGreaterThan(8);
      expect(results.filter(({ fail }) => fail)).toEqual([]);
    });
  });
});

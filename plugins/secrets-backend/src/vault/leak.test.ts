import { randomUUID } from 'crypto';
import {
  composePlan,
  GrantPlan,
  mountsOf,
  Tier,
} from '@shopfloor/plugin-secrets-common';
import { TestPlatform } from '@shopfloor/vault-platform/testUtils';
import { VaultGrantEngine } from './VaultGrantEngine';

jest.setTimeout(120_000);

/** Marked values are everywhere in Vault; nothing that the portal sends, gets, answers or throws may have one. */
describe('no value of a secret', () => {
  let platform: TestPlatform;
  let engine: VaultGrantEngine;
  const marked = `MARKED${randomUUID().replaceAll('-', '')}`;
  /** Everything that went over the wire, both ways, without the logins. */
  const wire: string[] = [];
  const answers: string[] = [];

  beforeAll(async () => {
    platform = await TestPlatform.start();
    for (const path of [
      'export',
      'deep/er',
      marked.toLowerCase().slice(0, 6),
    ]) {
      await platform.root.write(`production/data/orders/${path}`, {
        data: { key: marked, [`${marked}-key`]: 'value' },
      });
    }
    await platform.root.write('transit-production/encrypt/orders-seal', {
      plaintext: Buffer.from(marked).toString('base64'),
    });
    engine = VaultGrantEngine.create({
      client: await platform.portal({
        fetch: async (url, init) => {
          const response = await fetch(url, init);
          wire.push(
            String(url),
            String(init?.body ?? ''),
            await response.clone().text(),
          );
          return response;
        },
      }),
      proofs: {
        run: async () => {
          throw new Error('no cluster');
        },
      },
      environments: [
        {
          mounts: mountsOf('production'),
          cluster: { name: 'none', url: 'http://127.0.0.1:1' },
        },
      ],
    });
  });
  afterAll(() => platform?.stop());

  const planFor = (
    kind: 'kv' | 'database' | 'transit',
    tier: Tier = 'pinned',
    number = 1,
  ): GrantPlan =>
    composePlan({
      mounts: mountsOf('production'),
      tier,
      subject: {
        kind: 'service-account',
        namespace: 'production',
        name: 'orders',
      },
      owner: 'orders',
      secret: {
        kv: { kind: 'kv' as const, path: 'export', declared: 'export' },
        database: {
          kind: 'database' as const,
          path: 'orders-standard',
          declared: 'database',
        },
        transit: {
          kind: 'transit' as const,
          path: 'orders-seal',
          declared: 'seal',
        },
      }[kind],
      access: kind === 'transit' ? ['encrypt', 'decrypt'] : ['read'],
      number,
      ttlSeconds: 600,
    });

  const keep = async (work: Promise<unknown>) => {
    try {
      answers.push(JSON.stringify(await work) ?? '');
    } catch (error) {
      const { message, stack, cause } = error as Error;
      answers.push(message, stack ?? '', String(cause), JSON.stringify(error));
    }
  };

  it('is in anything that the engine sends, gets, answers or throws', async () => {
    const at = { environment: 'production', owner: 'component:default/orders' };
    for (const plan of [
      planFor('kv'),
      planFor('database'),
      planFor('transit'),
      planFor('kv', 'control-group'),
      // Refused by the server.
      planFor('kv', 'pinned', 99),
    ]) {
      await keep(engine.pinned(plan));
      await keep(engine.apply(plan, { base: {} }));
      await keep(engine.apply(plan, { base: { policy: 'other' } }));
      await keep(engine.read(plan));
      await keep(engine.prove(plan, { after: 'apply' }));
      await keep(engine.renew(plan, { ttlSeconds: 600 }));
      await keep(
        engine.readers({
          ...at,
          kind: plan.name.includes('seal') ? 'transit' : 'kv',
          path: 'export',
        }),
      );
      await keep(engine.revoke(plan));
    }
    await keep(engine.metadata(at));
    await keep(engine.health('production'));
    await platform.root.write('sys/seal');
    await keep(engine.apply(planFor('kv', 'pinned', 2), { base: {} }));
    await keep(engine.metadata(at));

    expect(wire.length).toBeGreaterThan(100);
    expect(answers.length).toBeGreaterThan(40);
    // The search finds what is there.
    expect(answers.join('\n')).toContain('deep/er');
    const everything = [...wire, ...answers, platform.bao.log()].join('\n');
    expect(everything).not.toContain(marked);
    expect(everything).not.toContain(
      Buffer.from(marked).toString('base64').slice(0, 20),
    );
    // Nor a token, in what goes on to others.
    expect(answers.join('\n')).not.toMatch(/\b(hvs|hvb|s|b)\.[A-Za-z0-9]{20,}/);
  });
});

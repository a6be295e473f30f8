import { TestDatabases } from '@backstage/backend-test-utils';
import {
  Grant,
  mountsOf,
  parseDeclarations,
} from '@shopfloor/plugin-secrets-common';
import { prove } from '@shopfloor/secret-proof';
import { VaultClient } from '@shopfloor/vault-client';
import { TestPlatform } from '@shopfloor/vault-platform/testUtils';
import {
  asks,
  DECLARATIONS,
  startSecrets,
  testWorld,
} from '../__testUtils__/startSecrets';
import { TestCluster } from '../__testUtils__/TestCluster';
import { VaultGrantEngine } from './VaultGrantEngine';

jest.setTimeout(240_000);

describe('secrets from asking to the end, with a real OpenBao and a real API server', () => {
  const databases = TestDatabases.create({ ids: ['POSTGRES_18'] });
  const path = 'production/data/payments/provider';
  let cluster: TestCluster;
  let platform: TestPlatform;
  let secrets: Awaited<ReturnType<typeof startSecrets>>;

  const pipeline = () =>
    platform.apply({
      services: ['payments', 'orders'].map(service => ({
        entityRef: `component:default/${service}`,
        service,
        secrets:
          service === 'payments'
            ? parseDeclarations(DECLARATIONS, { file: 'secrets.yaml', service })
                .secrets
            : [],
      })),
      seeds: [],
    });

  beforeAll(async () => {
    cluster = await TestCluster.start();
    platform = await TestPlatform.start({ kubernetes: cluster.vaultConfig() });
    await pipeline();
    await platform.root.write(path, { data: { API_KEY: 'value' } });
    const engine = VaultGrantEngine.create({
      client: await platform.portal(),
      environments: [
        {
          mounts: mountsOf('production'),
          cluster: { name: 'test', url: cluster.url, caData: cluster.caData },
        },
      ],
      proofs: {
        run: async order => {
          const { namespace, serviceAccount, mount, role, probes } = order;
          const report = await prove({
            address: platform.bao.address,
            mount,
            role,
            jwt: await cluster.accountToken(serviceAccount, namespace),
            probes,
            deadlineMs: 20_000,
          });
          if ('error' in report) throw new Error(report.error);
          return { report, job: { namespace, name: 'in-process', uid: '0' } };
        },
      },
    });
    secrets = await startSecrets({
      world: { ...testWorld(), engine: engine as never },
      secretsDb: await databases.init('POSTGRES_18'),
      approvalsDb: await databases.init('POSTGRES_18'),
    });
  });
  afterAll(async () => {
    await secrets?.stop();
    await platform?.stop();
    await cluster?.stop();
  });

  const login = async (role: string): Promise<VaultClient> => {
    const { body } = await platform.root.write(
      'auth/kubernetes-production/login',
      { role, jwt: await cluster.accountToken('orders', 'production') },
    );
    return platform.bao.client(body.auth!.client_token);
  };

  it('what was pinned is granted, proven, used, and lost', async () => {
    const { as, approve, work } = secrets;
    expect(await as('farid').preview(asks())).toMatchObject({
      current: {},
      notes: [],
      needsAuthorisation: false,
    });
    const { id } = await as('farid').ask();
    await approve(id, ['giulia', 'dana']);
    const active = await as('farid').grant(id);
    expect(active).toMatchObject({
      state: 'active',
      reasonCodes: [],
      lastProof: { held: true },
    });
    const service = await login(active.plan.name);
    expect((await service.read(path))!.data).toEqual({ API_KEY: 'value' });
    // On real Vault, nothing has drifted.
    await work();
    expect((await as('farid').grant(id)).state).toBe('active');

    await as('giulia').post(`/grants/${id}/revoke`, { reason: 'over' });
    await work();
    expect(await as('farid').grant(id)).toMatchObject({
      state: 'revoked',
      lastProof: { held: true },
    });
    await expect(service.read(path)).rejects.toMatchObject({ code: 'denied' });
    await expect(login(active.plan.name)).rejects.toMatchObject({
      code: 'refused',
    });
  });

  it('what nobody declared waits for an approver at Vault, and asks for it once', async () => {
    const { as, approve, work } = secrets;
    const undeclared = 'production/data/payments/legacy';
    await platform.root.write(undeclared, { data: { key: 'old' } });
    const wish = asks({
      subject: {
        kind: 'service-account',
        entityRef: 'component:default/payments',
        namespace: 'production',
        name: 'payments',
      },
      secret: { kind: 'kv', path: 'legacy' },
    });
    const shown = await as('giulia').preview(wish);
    expect(shown.needsAuthorisation).toBe(true);
    const { id } = await as('giulia').ask(wish);
    await approve(id, ['gus', 'dana']);
    const chen = await platform.person('chen');
    // The worker looks again every few seconds.
    const until = async (done: (grant: Grant) => boolean) => {
      const deadline = Date.now() + 60_000;
      for (;;) {
        await work();
        const grant = await as('giulia').grant(id);
        if (done(grant) || Date.now() > deadline) return grant;
        await new Promise(resolve => setTimeout(resolve, 500));
      }
    };
    const seen: string[] = [];
    for (const what of ['policy', 'role']) {
      const waiting = await until(
        ({ authorisation }) =>
          authorisation !== undefined && !seen.includes(authorisation.accessor),
      );
      expect([what, waiting.state]).toEqual([what, 'waiting-authorisation']);
      const { accessor } = waiting.authorisation!;
      seen.push(accessor);
      await chen.write('sys/control-group/authorize', { accessor });
    }
    await until(({ state }) => state === 'active');
    expect(await as('giulia').grant(id)).toMatchObject({
      state: 'active',
      lastProof: { held: true },
    });
  });
});

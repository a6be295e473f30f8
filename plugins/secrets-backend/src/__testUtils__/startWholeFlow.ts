import { BackendFeature } from '@backstage/backend-plugin-api';
import { mountsOf, parseDeclarations } from '@shopfloor/plugin-secrets-common';
import { prove } from '@shopfloor/secret-proof';
import { VaultClient } from '@shopfloor/vault-client';
import { TestPlatform } from '@shopfloor/vault-platform/testUtils';
import { Knex } from 'knex';
import { VaultGrantEngine } from '../vault/VaultGrantEngine';
import {
  DECLARATIONS,
  startSecrets,
  TestWorld,
  testWorld,
} from './startSecrets';
import { TestCluster } from './TestCluster';

/** Secrets as they run: a real OpenBao as the pipeline leaves it, a real API server, PostgreSQL, and the engine between them. */
export interface WholeFlow {
  cluster: TestCluster;
  platform: TestPlatform;
  secrets: Awaited<ReturnType<typeof startSecrets>>;
  world: TestWorld;
  /** Signs in at OpenBao with the role of a grant, as a service account of production. */
  login(role: string, account: string): Promise<VaultClient>;
  stop(): Promise<void>;
}

/**
 * Starts a {@link WholeFlow}. Payments declares what {@link DECLARATIONS} says.
 *
 * @param options - `fetch`: how the portal reaches OpenBao; `auditor`, `features`: as of {@link startSecrets}
 */
export async function startWholeFlow(options: {
  secretsDb: Knex;
  approvalsDb: Knex;
  fetch?: typeof globalThis.fetch;
  auditor?: BackendFeature;
  features?: BackendFeature[];
}): Promise<WholeFlow> {
  const { fetch, ...rest } = options;
  const stops: Array<() => Promise<unknown>> = [];
  const stop = async () => {
    for (const each of stops.splice(0).reverse()) {
      await each();
    }
  };
  try {
    const cluster = await TestCluster.start();
    stops.push(() => cluster.stop());
    const platform = await TestPlatform.start({
      kubernetes: cluster.vaultConfig(),
    });
    stops.push(() => platform.stop());
    await platform.apply({
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
    const engine = VaultGrantEngine.create({
      client: await platform.portal({ fetch }),
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
    const world = { ...testWorld(), engine: engine as never };
    const secrets = await startSecrets({ world, ...rest });
    stops.push(() => secrets.stop());
    return {
      cluster,
      platform,
      secrets,
      world,
      login: async (role, account) => {
        const { body } = await platform.root.write(
          'auth/kubernetes-production/login',
          { role, jwt: await cluster.accountToken(account, 'production') },
        );
        return platform.bao.client(body.auth!.client_token);
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

import { composePlan, mountsOf } from '@shopfloor/plugin-secrets-common';
import {
  TestPlatform,
  withPostgres,
} from '@shopfloor/vault-platform/testUtils';
import { VaultGrantEngine } from './VaultGrantEngine';

jest.setTimeout(120_000);

describe('where leases come from', () => {
  const role = 'database-production/roles/orders-standard';
  const mounts = mountsOf('production');
  let platform: TestPlatform;
  let engine: VaultGrantEngine;

  beforeAll(async () => {
    platform = await TestPlatform.start();
    engine = VaultGrantEngine.create({
      client: await platform.portal(),
      proofs: {
        run: async () => {
          throw new Error('no cluster');
        },
      },
      environments: [
        { mounts, cluster: { name: 'none', url: 'http://127.0.0.1:1' } },
      ],
    });
  });
  afterAll(() => platform?.stop());

  const planFor = (secret: { kind: 'kv' | 'database'; path: string }) =>
    composePlan({
      mounts,
      tier: 'pinned',
      subject: {
        kind: 'service-account',
        namespace: 'production',
        name: 'orders',
      },
      owner: 'orders',
      secret: {
        ...secret,
        declared: secret.kind === 'kv' ? 'export' : 'database',
      },
      access: ['read'],
      number: 0,
    });

  it('is seen by the portal itself, and lost with the role', async () => {
    const plan = planFor({ kind: 'database', path: 'orders-standard' });
    const found = async (path = role) =>
      engine.leaseSource(
        planFor({ kind: 'database', path: path.split('/').pop()! }),
      );
    expect(await found()).toEqual({ path: role, found: 'there' });
    // The portal may look at what is declared, and takes a refusal for no answer.
    const other = 'database-production/roles/orders-other';
    expect(await found(other)).toEqual({ path: other, found: 'unknown' });
    expect(
      await engine.leaseSource(planFor({ kind: 'kv', path: 'export' })),
    ).toBeUndefined();

    const { username: user, password } = (await platform.root.read(
      'database-production/creds/orders-standard',
    ))!;
    await platform.root.delete(role);
    expect(await found()).toEqual({ path: role, found: 'gone' });
    await platform.apply();
    expect(await found()).toEqual({ path: role, found: 'there' });

    // What was leased before can still be ended when the role is gone.
    await platform.root.delete(role);
    await withPostgres(async () => {}, { user, password });
    expect((await engine.revoke(plan)).steps).toContain('end the leases');
    await expect(
      withPostgres(async () => {}, { user, password }),
    ).rejects.toThrow();
  });
});

import { TestDatabases } from '@backstage/backend-test-utils';
import { Grant } from '@shopfloor/plugin-secrets-common';
import { asks } from '../__testUtils__/startSecrets';
import { startWholeFlow, WholeFlow } from '../__testUtils__/startWholeFlow';

jest.setTimeout(240_000);

describe('secrets from asking to the end, with a real OpenBao and a real API server', () => {
  const databases = TestDatabases.create({ ids: ['POSTGRES_18'] });
  const path = 'production/data/payments/provider';
  let flow: WholeFlow;

  beforeAll(async () => {
    flow = await startWholeFlow({
      secretsDb: await databases.init('POSTGRES_18'),
      approvalsDb: await databases.init('POSTGRES_18'),
    });
    await flow.platform.root.write(path, { data: { API_KEY: 'value' } });
  });
  afterAll(() => flow?.stop());

  it('what was pinned is granted, proven, used, and lost', async () => {
    const { as, approve, work } = flow.secrets;
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
    const service = await flow.login(active.plan.name, 'orders');
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
    await expect(flow.login(active.plan.name, 'orders')).rejects.toMatchObject({
      code: 'refused',
    });
  });

  it('what nobody declared waits for an approver at Vault, and asks for it once', async () => {
    const { as, approve, work } = flow.secrets;
    const undeclared = 'production/data/payments/legacy';
    await flow.platform.root.write(undeclared, { data: { key: 'old' } });
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
    const chen = await flow.platform.person('chen');
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

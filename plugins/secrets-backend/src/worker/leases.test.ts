import { TestDatabases } from '@backstage/backend-test-utils';
import { asks, startSecrets, testWorld } from '../__testUtils__/startSecrets';

jest.setTimeout(180_000);

describe('a grant whose leases nobody gives out any more', () => {
  const databases = TestDatabases.create({ ids: ['POSTGRES_18'] });
  const world = testWorld();
  let secrets: Awaited<ReturnType<typeof startSecrets>>;

  beforeAll(async () => {
    secrets = await startSecrets({
      world,
      secretsDb: await databases.init('POSTGRES_18'),
      approvalsDb: await databases.init('POSTGRES_18'),
    });
  });
  afterAll(() => secrets?.stop());

  it('has drifted until the platform gives them out again, or ends', async () => {
    const { as, approve, run, work } = secrets;
    const { id } = await as('giulia').ask(
      asks({
        subject: {
          kind: 'service-account',
          entityRef: 'component:default/payments',
          namespace: 'production',
          name: 'payments',
        },
        secret: {
          kind: 'database',
          path: 'payments-standard',
          declared: 'database',
        },
      }),
    );
    await approve(id, ['gus', 'dana']);
    const look = async (found: typeof world.engine.leases) => {
      world.engine.leases = found;
      await run('secrets-drift');
      return as('giulia').grant(id);
    };
    // What cannot be known is no drift, and does not end one.
    expect((await look('unknown')).state).toBe('active');
    const expected = 'database-production/roles/payments-standard';
    const drifted = {
      state: 'drifted',
      drift: { what: 'lease', expected },
      may: { repair: false, accept: true },
    };
    expect(await look('gone')).toMatchObject(drifted);
    expect(await look('unknown')).toMatchObject(drifted);
    const { status, body } = await as('giulia').post(`/grants/${id}/repair`);
    expect([status, body.error.code]).toEqual([409, 'platform-repairs']);
    const back = await look('there');
    expect([back.state, back.drift]).toEqual(['active', undefined]);

    await look('gone');
    await as('giulia').post(`/grants/${id}/accept`);
    await work();
    expect(await as('giulia').grant(id)).toMatchObject({
      state: 'revoked',
      reasonCodes: ['drift-accepted'],
    });
  });
});

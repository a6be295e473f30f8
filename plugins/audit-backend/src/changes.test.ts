import { TestDatabases } from '@backstage/backend-test-utils';
import { PolicyDecision } from '@backstage/plugin-permission-common';
import { Knex } from 'knex';
import {
  ALLOW,
  DENY,
  ifEntity,
  service,
  startAudit,
  TestWorld,
} from './__testUtils__/startAudit';

jest.setTimeout(120_000);

const ADA = 'user:default/ada';
const TRAFFIC = 'plugin:traffic';

const change = (sourceId: string, more: object = {}) => ({
  sourceId,
  kind: 'traffic',
  entityRef: 'component:default/orders',
  environment: 'production',
  title: `Change ${sourceId}`,
  userEntityRef: ADA,
  startedAt: '2026-11-26T10:00:00.000Z',
  endedAt: '2026-11-26T10:00:01.000Z',
  outcome: 'succeeded',
  ...more,
});

describe('changes', () => {
  const databases = TestDatabases.create({ ids: ['POSTGRES_18'] });
  let knex: Knex;
  let world: TestWorld;
  let decisions: Record<string, PolicyDecision>;
  let audit: Awaited<ReturnType<typeof startAudit>>;

  beforeAll(async () => {
    knex = await databases.init('POSTGRES_18');
    world = {
      entities: [
        service('orders'),
        service('cart', 'group:default/storefront-team'),
      ],
      decide: permission => decisions[permission] ?? ALLOW,
    };
    decisions = {};
    audit = await startAudit(knex, world);
    await audit.trigger('discovery');
  });

  beforeEach(async () => {
    decisions = {};
    await knex('audit_changes').delete();
  });

  afterAll(async () => {
    await audit.stop();
    await knex.destroy();
  });

  const tell = async (...changes: object[]) => {
    const { status, body } = await audit.asProgram(
      TRAFFIC,
      'post',
      '/changes',
      { changes },
    );
    expect([status, body]).toEqual([200, { recorded: changes.length }]);
  };
  const list = async (query = '') => {
    const { status, body } = await audit.asPerson(
      ADA,
      'get',
      `/changes${query}`,
    );
    expect(status).toBe(200);
    return body;
  };
  const ids = (body: any) => body.items.map((item: any) => item.sourceId);

  it('keeps what a plugin tells', async () => {
    const told = change('1', {
      summary: '10 % to v2',
      reference: {
        url: '/traffic',
        object: 'virtualservices production/orders',
      },
      traceId: 'a'.repeat(32),
      approvalId: 'approval-1',
    });
    await tell(told);
    const body = await list();
    expect(body).toEqual({
      items: [
        {
          ...told,
          id: expect.any(String),
          source: 'traffic',
          observedAt: expect.any(String),
        },
      ],
      totalItems: 1,
    });
    const one = await audit.asPerson(
      ADA,
      'get',
      `/changes/${body.items[0].id}`,
    );
    expect(one.body).toEqual(body.items[0]);
  });

  it('is the same change however often it is told, and never goes back', async () => {
    const begun = change('1', { outcome: 'in-progress', endedAt: undefined });
    const outcome = async () => {
      const { items, totalItems } = await list();
      expect(totalItems).toBe(1);
      return [items[0].outcome, items[0].endedAt];
    };
    await tell(begun);
    expect(await outcome()).toEqual(['in-progress', undefined]);
    await tell(change('1'));
    await tell(begun);
    expect(await outcome()).toEqual(['succeeded', '2026-11-26T10:00:01.000Z']);
    await tell(change('1', { outcome: 'undone' }));
    await tell(change('1'));
    expect(await outcome()).toEqual(['undone', '2026-11-26T10:00:01.000Z']);
  });

  it('takes the same change from several instances at once', async () => {
    const all = Array.from({ length: 20 }, (_, at) => change(`${at}`));
    await Promise.all([
      tell(...all),
      tell(...[...all].reverse()),
      tell(...all.slice(5), ...all.slice(0, 5)),
    ]);
    expect((await list()).totalItems).toBe(20);
  });

  it.each([
    ['plugin:catalog', change('1'), 403, 'plugin:catalog may not tell'],
    ['external:alertmanager', change('1'), 403, 'may not tell of changes'],
    [
      TRAFFIC,
      change('1', { kind: 'deployment' }),
      400,
      'changes.0.kind: plugin:traffic tells of traffic only',
    ],
    [
      TRAFFIC,
      change('1', { startedAt: 'yesterday' }),
      400,
      'changes.0.startedAt: must be an ISO 8601 time',
    ],
    [
      TRAFFIC,
      change('1', { endedAt: '2026-11-26T09:00:00Z' }),
      400,
      'changes.0.endedAt: must not be before startedAt',
    ],
    [
      TRAFFIC,
      change('1', { outcome: 'in-progress' }),
      400,
      'changes.0.endedAt: must be absent',
    ],
    [
      TRAFFIC,
      change('1', { reference: { url: 'http://plain.example' } }),
      400,
      'changes.0.reference.url: must be an https address',
    ],
    [
      TRAFFIC,
      change('1', { reference: { url: '//elsewhere.example' } }),
      400,
      'changes.0.reference.url',
    ],
    [TRAFFIC, change('1', { secret: 'x' }), 400, '"secret"'],
  ])(
    'refuses of %s what it may not say',
    async (who, told, status, message) => {
      const answer = await audit.asProgram(who, 'post', '/changes', {
        changes: [told],
      });
      expect(answer.status).toBe(status);
      expect(answer.body.error.message).toContain(message);
      expect((await list()).totalItems).toBe(0);
    },
  );

  it('lets nobody tell in a person’s name', async () => {
    const { status } = await audit.asPerson(ADA, 'post', '/changes', {
      changes: [change('1')],
    });
    expect(status).toBe(403);
  });

  describe('with some of them', () => {
    beforeEach(async () => {
      await tell(
        change('first'),
        change('other-service', {
          entityRef: 'component:default/cart',
          startedAt: '2026-11-26T11:00:00Z',
          endedAt: '2026-11-26T11:00:05Z',
          userEntityRef: 'user:default/ben',
        }),
        change('going-on', {
          startedAt: '2026-11-26T12:00:00Z',
          outcome: 'in-progress',
          endedAt: undefined,
          environment: 'staging',
        }),
        change('gone', {
          entityRef: 'component:default/gone',
          startedAt: '2026-11-26T13:00:00Z',
          endedAt: '2026-11-26T13:00:00Z',
          outcome: 'failed',
        }),
      );
    });

    it.each([
      ['', ['gone', 'going-on', 'other-service', 'first']],
      ['?entity=orders', ['going-on', 'first']],
      ['?entity=orders&entity=cart', ['going-on', 'other-service', 'first']],
      ['?owner=storefront-team', ['other-service']],
      ['?system=shop', ['going-on', 'other-service', 'first']],
      ['?environment=staging', ['going-on']],
      ['?kind=deployment', []],
      ['?kind=traffic&outcome=failed', ['gone']],
      ['?who=ben', ['other-service']],
      // What touches the period: ended in it, began in it, or goes on.
      [
        '?from=2026-11-26T11:00:05Z&to=2026-11-26T13:00:00Z',
        ['going-on', 'other-service'],
      ],
      ['?from=2026-11-26T11:00:06Z', ['gone', 'going-on']],
      ['?to=2026-11-26T11:00:00Z', ['first']],
    ])('lists %s', async (query, expected) => {
      const body = await list(query);
      expect(ids(body)).toEqual(expected);
      expect(body.totalItems).toBe(expected.length);
    });

    it('gives pages that together are the list', async () => {
      const found: string[] = [];
      let cursor: string | undefined;
      do {
        const body: any = await list(
          `?limit=3${cursor ? `&cursor=${cursor}` : ''}`,
        );
        expect(body.totalItems).toBe(4);
        found.push(...ids(body));
        cursor = body.nextCursor;
      } while (cursor);
      expect(found).toEqual(['gone', 'going-on', 'other-service', 'first']);
    });

    it.each([
      ['?limit=201', 'limit: must be at most 200'],
      ['?cursor=abc', 'cursor: is not one that this list returned'],
      ['?from=2026-11-27&to=2026-11-26', 'from: must not be after to'],
      ['?kind=other', 'kind.0: '],
      ['?entitiy=orders', 'Unrecognized key: "entitiy"'],
    ])('refuses %s', async (query, message) => {
      const { status, body } = await audit.asPerson(
        ADA,
        'get',
        `/changes${query}`,
      );
      expect(status).toBe(400);
      expect(body.error.message).toContain(message);
    });

    it.each<[string, PolicyDecision, string[]]>([
      [
        'what the catalog shows, in counts too, and of what is gone nothing',
        ifEntity('IS_ENTITY_OWNER', {
          claims: ['group:default/checkout-team'],
        }),
        ['going-on', 'first'],
      ],
      [
        'of what is gone nothing by a negation either',
        {
          ...ifEntity('IS_ENTITY_KIND', { kinds: ['api'] }),
          conditions: {
            not: {
              rule: 'IS_ENTITY_KIND',
              resourceType: 'catalog-entity',
              params: { kinds: ['api'] },
            },
          },
        } as never,
        ['going-on', 'other-service', 'first'],
      ],
      ['nothing by a rule that we do not know', ifEntity('NEW', {}), []],
    ])('shows %s', async (_, decision, expected) => {
      const everything = (await list()).items;
      decisions['catalog.entity.read'] = decision;
      const body = await list();
      expect(ids(body)).toEqual(expected);
      expect(body.totalItems).toBe(expected.length);
      for (const { id, sourceId } of everything) {
        const { status } = await audit.asPerson(ADA, 'get', `/changes/${id}`);
        expect(status).toBe(expected.includes(sourceId) ? 200 : 404);
      }
    });

    it.each(['audit.change.read', 'catalog.entity.read'])(
      'shows nothing without %s',
      async permission => {
        decisions[permission] = DENY;
        const { status, body } = await audit.asPerson(ADA, 'get', '/changes');
        expect(status).toBe(403);
        expect(body.error.message).toContain(permission);
      },
    );

    it('shows everything to the plugins that are named, to others nothing', async () => {
      const slo = await audit.asProgram('plugin:slo', 'get', '/changes');
      expect(slo.body.totalItems).toBe(4);
      for (const subject of ['plugin:catalog', 'external:alertmanager']) {
        const other = await audit.asProgram(subject, 'get', '/changes');
        expect([other.status, other.body.error.message]).toEqual([
          403,
          `${subject} may not read changes and incidents for itself`,
        ]);
      }
    });
  });
});

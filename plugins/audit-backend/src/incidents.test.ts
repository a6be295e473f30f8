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
const FIRING = '0001-01-01T00:00:00Z';

const alert = (fingerprint: string, more: object = {}) => ({
  status: 'firing',
  labels: {
    alertname: 'BudgetBurn',
    environment: 'production',
    service: 'orders',
    severity: 'page',
  },
  annotations: { summary: 'Burns too fast', description: 'Half is gone.' },
  startsAt: '2026-11-26T10:00:00Z',
  endsAt: FIRING,
  fingerprint,
  ...more,
});
const resolved = (fingerprint: string, endsAt: string, more: object = {}) =>
  alert(fingerprint, { status: 'resolved', endsAt, ...more });

describe('incidents', () => {
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
    await knex('audit_incidents').delete();
  });

  afterAll(async () => {
    await audit.stop();
    await knex.destroy();
  });

  const notify = async (...alerts: object[]) => {
    const { status, body } = await audit.asProgram(
      'external:alertmanager',
      'post',
      '/alertmanager',
      { version: '4', groupKey: '{}', status: 'firing', alerts },
    );
    expect([status, body]).toEqual([200, {}]);
  };
  const list = async (query = '') => {
    const { status, body } = await audit.asPerson(
      ADA,
      'get',
      `/incidents${query}`,
    );
    expect(status).toBe(200);
    return body;
  };
  const open = (body: object, key = 'key-00000001') =>
    audit.asPerson(ADA, 'post', '/incidents', body, { 'idempotency-key': key });

  describe('of alerts', () => {
    it('opens one on firing and closes it on resolved', async () => {
      await notify(
        alert('f1', {
          labels: {
            alertname: 'BudgetBurn',
            environment: 'production',
            severity: 'page',
            slo_id: 'component~default~cart~cart-latency~production',
          },
        }),
      );
      const [opened] = (await list()).items;
      expect(opened).toEqual({
        id: expect.any(String),
        title: 'Burns too fast',
        summary: 'Half is gone.',
        entityRefs: ['component:default/cart'],
        environment: 'production',
        severity: 'page',
        openedAt: '2026-11-26T10:00:00.000Z',
        openedBy: 'alert',
        sloId: 'component~default~cart~cart-latency~production',
        alert: {
          fingerprint: 'f1',
          labels: expect.objectContaining({ alertname: 'BudgetBurn' }),
          heardAt: expect.any(String),
        },
      });
      await notify(resolved('f1', '2026-11-26T10:20:00Z'));
      const [closed] = (await list()).items;
      expect(closed).toMatchObject({
        id: opened.id,
        closedAt: '2026-11-26T10:20:00.000Z',
        closedBy: 'alert',
      });
    });

    it('is one incident through repeats, groups and several instances', async () => {
      const group = [alert('f1'), alert('f2')];
      await Promise.all([
        notify(...group),
        notify(...[...group].reverse()),
        notify(alert('f2')),
      ]);
      await notify(...group);
      expect((await list()).restore).toEqual({ closed: 0, open: 2 });
      await notify(resolved('f1', '2026-11-26T10:20:00Z'), alert('f2'));
      await notify(resolved('f1', '2026-11-26T10:20:00Z'), alert('f2'));
      expect((await list()).totalItems).toBe(2);
      expect((await list('?state=open')).items).toMatchObject([
        { alert: { fingerprint: 'f2' } },
      ]);
    });

    it('is one incident for all rows of an SLO that burn at one time, from the first to the last', async () => {
      const row = (fingerprint: string, severity: string, more: object = {}) =>
        alert(fingerprint, {
          labels: {
            alertname: 'BudgetBurn',
            environment: 'production',
            severity,
            window: fingerprint,
            slo_id: 'component~default~cart~cart-latency~production',
          },
          ...more,
        });
      const over = (endsAt: string) => ({ status: 'resolved', endsAt });
      await Promise.all([
        notify(row('3d', 'ticket', { startsAt: '2026-11-26T10:05:00Z' })),
        notify(row('1h', 'page')),
        notify(row('6h', 'page'), row('1h', 'page')),
      ]);
      expect((await list()).items).toMatchObject([
        { severity: 'page', openedAt: '2026-11-26T10:00:00.000Z' },
      ]);
      await notify(row('1h', 'page', over('2026-11-26T10:20:00Z')));
      await notify(row('6h', 'page', over('2026-11-26T10:40:00Z')));
      expect((await list()).restore).toEqual({ closed: 0, open: 1 });
      await notify(
        row('3d', 'ticket', {
          startsAt: '2026-11-26T10:05:00Z',
          ...over('2026-11-26T11:00:00Z'),
        }),
      );
      expect((await list()).restore).toEqual({
        closed: 1,
        open: 0,
        meanSeconds: 3600,
        medianSeconds: 3600,
      });
      await notify(row('1h', 'page', { startsAt: '2026-11-26T12:00:00Z' }));
      expect((await list()).totalItems).toBe(2);
    });

    it('is another incident when the same alert fires again later', async () => {
      await notify(resolved('f1', '2026-11-26T10:20:00Z'));
      await notify(alert('f1', { startsAt: '2026-11-26T11:00:00Z' }));
      expect((await list()).items).toMatchObject([
        { openedAt: '2026-11-26T11:00:00.000Z' },
        { closedAt: '2026-11-26T10:20:00.000Z' },
      ]);
    });

    it('goes on when Alertmanager took it for over too early, unless a person closed it', async () => {
      await notify(resolved('f1', '2026-11-26T10:20:00Z'));
      await notify(alert('f1'));
      const [again] = (await list()).items;
      expect(again.closedAt).toBeUndefined();
      expect(again.closedBy).toBeUndefined();
      const answer = await audit.asPerson(
        ADA,
        'post',
        `/incidents/${again.id}/close`,
        { resolution: 'A false alarm', closedAt: '2026-11-26T10:30:00Z' },
      );
      expect(answer.status).toBe(200);
      await notify(alert('f1'));
      await notify(resolved('f1', '2026-11-26T12:00:00Z'));
      expect((await list()).items).toMatchObject([
        {
          closedAt: '2026-11-26T10:30:00.000Z',
          closedBy: 'person',
          closedByRef: ADA,
          resolution: 'A false alarm',
        },
      ]);
    });

    it('finds the entity once the catalog has it, and believes no label', async () => {
      const about = (label: object) =>
        alert(JSON.stringify(label), { labels: label });
      await notify(
        about({ service: 'later' }),
        about({ entity_ref: 'component:default/nobody' }),
        about({ slo_id: 'a~b' }),
      );
      const refs = async () =>
        (await list()).items.flatMap((item: any) => item.entityRefs);
      expect(await refs()).toEqual([]);
      world.entities.push(service('later'));
      await audit.trigger('discovery');
      expect(await refs()).toEqual(['component:default/later']);
      world.entities.pop();
      await audit.trigger('discovery');
    });

    it.each([
      ['plugin:traffic', { version: '4', alerts: [] }, 403, 'plugin:traffic'],
      ['external:alertmanager', { alerts: [] }, 400, 'version: '],
      [
        'external:alertmanager',
        { version: '4', alerts: [alert('f1', { startsAt: 'now' })] },
        400,
        'alerts.0.startsAt: ',
      ],
      [
        'external:alertmanager',
        {
          version: '4',
          alerts: [alert('f1'), alert('f2', { labels: { a: 1 } })],
        },
        400,
        'alerts.1.labels.a: ',
      ],
    ])('refuses from %s %j', async (who, body, status, message) => {
      const answer = await audit.asProgram(who, 'post', '/alertmanager', body);
      expect(answer.status).toBe(status);
      expect(answer.body.error.message).toContain(message);
      expect((await list()).totalItems).toBe(0);
    });

    it('takes none from a person', async () => {
      const { status } = await audit.asPerson(ADA, 'post', '/alertmanager', {
        version: '4',
        alerts: [alert('f1')],
      });
      expect(status).toBe(403);
    });
  });

  describe('by hand', () => {
    const incident = {
      title: 'Shoppers cannot pay',
      entityRefs: ['orders'],
      environment: 'production',
      severity: 'page',
      openedAt: '2026-11-26T09:00:00Z',
    };

    it('opens once with a key, closes once', async () => {
      const [first, again] = [await open(incident), await open(incident)];
      expect([first.status, again.status]).toEqual([201, 200]);
      expect(again.body).toEqual(first.body);
      expect(first.body).toEqual({
        id: expect.any(String),
        title: 'Shoppers cannot pay',
        entityRefs: ['component:default/orders'],
        environment: 'production',
        severity: 'page',
        openedAt: '2026-11-26T09:00:00.000Z',
        openedBy: 'person',
        openedByRef: ADA,
      });
      const path = `/incidents/${first.body.id}`;
      const seen = await audit.asPerson(ADA, 'get', path);
      expect(seen.body).toEqual({ ...first.body, mayManage: true });
      const close = () => audit.asPerson(ADA, 'post', `${path}/close`, {});
      expect((await close()).body).toMatchObject({
        closedBy: 'person',
        closedByRef: ADA,
      });
      const twice = await close();
      expect([twice.status, twice.body.error.message]).toEqual([
        409,
        `Incident ${first.body.id} is closed already; look at it again`,
      ]);
    });

    it.each<[string, object, number, string]>([
      ['without a title', { title: ' ' }, 400, 'title: '],
      [
        'in an environment that there is not',
        { environment: 'moon' },
        400,
        'environment: there is no "moon"; there are production, staging',
      ],
      [
        'in the future',
        { openedAt: '2999-01-01T00:00:00Z' },
        400,
        'openedAt: must not be in the future',
      ],
      [
        'about what there is not',
        { entityRefs: ['orders', 'nobody'] },
        404,
        'There is no component:default/nobody',
      ],
      ['about nothing', { entityRefs: [] }, 400, 'entityRefs: '],
    ])('is not opened %s', async (_, wrong, status, message) => {
      const answer = await open({ ...incident, ...wrong });
      expect(answer.status).toBe(status);
      expect(answer.body.error.message).toContain(message);
    });

    it('is not opened without a key', async () => {
      const answer = await open(incident, 'short');
      expect(answer.status).toBe(400);
      expect(answer.body.error.message).toContain('Idempotency-Key');
    });

    it('is not closed before it began, nor in the future', async () => {
      const { body } = await open(incident);
      for (const [closedAt, message] of [
        ['2026-11-26T08:59:59Z', 'must not be before the incident was opened'],
        ['2999-01-01T00:00:00Z', 'must not be in the future'],
      ]) {
        const answer = await audit.asPerson(
          ADA,
          'post',
          `/incidents/${body.id}/close`,
          { closedAt },
        );
        expect(answer.status).toBe(400);
        expect(answer.body.error.message).toContain(message);
      }
    });

    it('is opened and closed only by who may about every entity of it', async () => {
      const { body: opened } = await open(incident);
      await notify(alert('f1', { labels: { alertname: 'NoEntity' } }));
      const [, loose] = (await list('?state=open')).items.sort((a: any) =>
        a.id === opened.id ? -1 : 1,
      );
      world.decide = (permission, _, entityRef) =>
        permission === 'audit.incident.manage' &&
        entityRef !== 'component:default/cart'
          ? DENY
          : ALLOW;
      try {
        const answers = [
          await open(
            { ...incident, entityRefs: ['cart', 'orders'] },
            'k-000002',
          ),
          ...(await Promise.all(
            [opened, loose].map(({ id }) =>
              audit.asPerson(ADA, 'post', `/incidents/${id}/close`, {}),
            ),
          )),
        ];
        for (const { status, body } of answers) {
          expect(status).toBe(403);
          expect(body.error.message).toContain(
            'audit.incident.manage is given to owners and the platform team',
          );
        }
        const seen = await audit.asPerson(
          ADA,
          'get',
          `/incidents/${opened.id}`,
        );
        expect(seen.body.mayManage).toBe(false);
        const mine = await open(
          { ...incident, entityRefs: ['cart'] },
          'k-00000003',
        );
        expect(mine.status).toBe(201);
      } finally {
        world.decide = permission => decisions[permission] ?? ALLOW;
      }
    });
  });

  it('works out the time to restore of what is listed', async () => {
    // Closed after 10, 20 and 60 minutes: mean 30, median 20; one is open.
    await notify(
      resolved('f1', '2026-11-26T10:10:00Z'),
      resolved('f2', '2026-11-26T10:20:00Z', {
        labels: { service: 'cart', severity: 'ticket' },
      }),
      resolved('f3', '2026-11-26T11:00:00Z'),
      alert('f4', { labels: { severity: 'none', environment: 'staging' } }),
    );
    expect((await list('?limit=1')).restore).toEqual({
      closed: 3,
      open: 1,
      meanSeconds: 1800,
      medianSeconds: 1200,
    });
    expect((await list('?severity=ticket')).restore).toEqual({
      closed: 1,
      open: 0,
      meanSeconds: 1200,
      medianSeconds: 1200,
    });
    expect((await list('?severity=other&environment=staging')).restore).toEqual(
      { closed: 0, open: 1 },
    );
    // Two values: the median lies between them.
    expect((await list('?entity=orders')).restore).toEqual({
      closed: 2,
      open: 0,
      meanSeconds: 2100,
      medianSeconds: 2100,
    });
    expect((await list('?from=2026-11-26T10:30:00Z')).restore).toMatchObject({
      closed: 1,
      open: 1,
    });
  });

  it('shows of incidents what the catalog shows of their entities', async () => {
    await open({
      title: 'Both',
      entityRefs: ['orders', 'cart'],
      environment: 'production',
      severity: 'ticket',
    });
    await notify(
      resolved('f1', '2026-11-26T10:10:00Z'),
      alert('f2', { labels: { alertname: 'NoEntity' } }),
    );
    decisions['catalog.entity.read'] = ifEntity('IS_ENTITY_OWNER', {
      claims: ['group:default/storefront-team'],
    });
    const body = await list();
    expect(body).toMatchObject({
      totalItems: 1,
      restore: { closed: 0, open: 1 },
      items: [{ title: 'Both', entityRefs: ['component:default/cart'] }],
    });
    // Nor can it be asked whether a hidden entity is part of it.
    expect((await list('?entity=orders')).totalItems).toBe(0);
    const hidden = await knex('audit_incidents').whereNot({ title: 'Both' });
    for (const { id } of hidden) {
      const { status } = await audit.asPerson(ADA, 'get', `/incidents/${id}`);
      expect(status).toBe(404);
    }
  });
});

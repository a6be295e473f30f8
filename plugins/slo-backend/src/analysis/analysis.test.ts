import { mkdtemp, rm, writeFile } from 'fs/promises';
import { tmpdir } from 'os';
import { join } from 'path';
import { mockCredentials, TestDatabases } from '@backstage/backend-test-utils';
import { Entity } from '@backstage/catalog-model';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { SloWhatIf } from '@shopfloor/plugin-slo-common';
import request from 'supertest';
import { availabilitySlo } from '../testing/slos';
import { TestPrometheus, TestSeries } from '../testing/TestPrometheus';
import { startSloBackend } from './__testUtils__/startSloBackend';

jest.setTimeout(120_000);

const MINUTE = 60;
const HOUR = 3600;
const DAY = 24 * HOUR;
const ID = 'component~default~products~products-availability~production';
const RECORDED = 'component~default~products~products-recorded~production';

/** Sample times are minutes. */
const T = Math.floor(Date.now() / 1000 / MINUTE) * MINUTE;
const OUTAGE = T - 3 * HOUR;

function at(unixSeconds: number): string {
  return new Date(unixSeconds * 1000).toISOString();
}

/** Three days of 10 good requests a second, and 20 minutes of 10 bad ones a second that began three hours ago. */
function series(): TestSeries[] {
  const requests = (code_class: string, rest: Partial<TestSeries>) => ({
    name: 'shopfloor:requests:rate1m',
    labels: {
      environment: 'production',
      destination: 'products',
      source: 'gateway',
      version: 'v1',
      code_class,
    },
    from: T - 3 * DAY + MINUTE,
    to: T + 30 * MINUTE,
    value: 10,
    ...rest,
  });
  const rule = (name: string, value: number) => ({
    name,
    labels: { slo_id: RECORDED, objective: '0', environment: 'production' },
    from: T - 12 * HOUR + MINUTE,
    to: T + 30 * MINUTE,
    value,
  });
  return [
    requests('2xx', {}),
    requests('5xx', { from: OUTAGE + MINUTE, to: OUTAGE + 20 * MINUTE }),
    // Rules that began twelve hours ago: 1 bad of 100 a second.
    rule('shopfloor:slo_bad:rate1m', 1),
    rule('shopfloor:slo_total:rate1m', 100),
  ];
}

describe('analysis of SLOs', () => {
  const databases = TestDatabases.create({ ids: ['POSTGRES_18'] });
  let folder: string;
  let prometheus: TestPrometheus;
  let permission: AuthorizeResult.ALLOW | AuthorizeResult.DENY;
  let visible: (entityRef: string, user: string) => boolean;
  let backend: Awaited<ReturnType<typeof startSloBackend>>;

  function component(name: string): Entity {
    return {
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'Component',
      metadata: {
        name,
        annotations: {
          'backstage.io/managed-by-location': `file:${folder}/catalog-info.yaml`,
          'shopfloor.dev/environments': 'production',
          'shopfloor.dev/slo': `./${name}.yaml`,
        },
      },
      relations: [
        { type: 'ownedBy', targetRef: 'group:default/merchandising-team' },
        { type: 'partOf', targetRef: 'system:default/shop' },
      ],
    };
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'slo-analysis-'));
    prometheus = await TestPrometheus.start({
      intervalSeconds: MINUTE,
      series: series(),
    });
    await writeFile(
      join(folder, 'products.yaml'),
      `${availabilitySlo()}---\n${availabilitySlo({ name: 'products-recorded' })}`,
    );
    backend = await startSloBackend({
      databases,
      folder,
      prometheusUrl: prometheus.url,
      intervalSeconds: MINUTE,
      entities: [component('products')],
      permission: () => permission,
      visible: (...asked) => visible(...asked),
    });
    await backend.round();
  });

  beforeEach(() => {
    permission = AuthorizeResult.ALLOW;
    visible = () => true;
  });

  afterAll(async () => {
    await backend?.stop();
    await prometheus?.remove();
    await rm(folder, { recursive: true, force: true });
  });

  function get(path: string, user = 'user:default/ben') {
    return request(backend.server)
      .get(`/api/slo${path}`)
      .set('Authorization', mockCredentials.user.header(user));
  }

  async function whatIf(id: string, query: string): Promise<SloWhatIf> {
    const { status, body } = await get(`/slos/${id}/what-if?${query}`);
    expect([status, body.error]).toEqual([200, undefined]);
    return body;
  }

  it('tells what another target would have meant for budget and alerts', async () => {
    const result = await whatIf(ID, 'target=0.99&range=1d');
    expect(result).toMatchObject({
      id: ID,
      objective: 0,
      range: '1d',
      source: 'direct',
      bucketSeconds: MINUTE,
      coverageSeconds: DAY,
    });
    // 20 minutes of 10 bad ones a second are 12,000. Three days of 10 good ones are 2,592,000; all are 2,604,000. Of
    // those 99.9 % allow 2,604 bad ones, 99 % allow 26,040: left 1 - 12,000 / 26,040 = 54 %. The test runs some minutes
    // after the samples were laid out, hence 1 %.
    expect(result.now.target).toBe(0.999);
    expect(result.now.budgetLeft).toBeCloseTo(-3.6, 1);
    expect(result.tried.budget! / 26_040).toBeCloseTo(1, 2);
    expect(result.tried.budgetLeft).toBeCloseTo(0.54, 1);
    // The worst hour holds 12,000 bad of 48,000, 25 %: at 99 % that burns at 25.
    expect(result.tried.worstBurn).toEqual({
      burnRate: expect.closeTo(25, 9),
      at: at(OUTAGE + 20 * MINUTE),
    });
    expect(result.now.worstBurn!.burnRate).toBeCloseTo(250, 9);
    // Row of 1 h and 5 min, above 14.4 %: after k bad minutes there are 600 k bad of 36,000 + 600 k, above it from 11 on.
    // The short window has its last bad minute of 600 in 3,600, 16.7 %, at minute 24.
    expect(result.tried.rows[0]).toMatchObject({
      factor: 14.4,
      status: 'tried',
      firings: [
        { from: at(OUTAGE + 11 * MINUTE), to: at(OUTAGE + 24 * MINUTE) },
      ],
    });
    // At 99.9 % 1.44 % is exceeded from the first bad minute on: 600 of 36,600 are 1.64 %.
    expect(result.now.rows[0].firings[0].from).toBe(at(OUTAGE + MINUTE));
  });

  it('takes what the rules recorded, and what was before them from the requests', async () => {
    const recent = await whatIf(RECORDED, 'target=0.95&range=6h');
    // 1 of 100: at 95 % that burns at 0.2, whatever the requests say.
    expect(recent.source).toBe('recorded');
    expect(recent.tried.worstBurn!.burnRate).toBeCloseTo(0.2, 9);
    const longer = await whatIf(RECORDED, 'target=0.95&range=1d');
    expect(longer).toMatchObject({ source: 'mixed', coverageSeconds: DAY });
  });

  it('says how much of the range is covered', async () => {
    const result = await whatIf(ID, 'target=0.99&range=7d');
    expect(result.rangeSeconds).toBe(7 * DAY);
    expect(Math.abs(result.coverageSeconds - 3 * DAY)).toBeLessThan(
      30 * MINUTE,
    );
  });

  it.each([
    ['what-if', 'target'],
    ['what-if?target=1', 'target'],
    ['what-if?target=0', 'target'],
    ['what-if?target=99.9', 'target'],
    ['what-if?target=0.99&range=2d', 'range'],
    ['what-if?target=0.99&objective=7', 'objective'],
    ['what-if?target=0.99&colour=red', 'colour'],
  ])('answers %s with 400 naming %s', async (path, field) => {
    const { status, body } = await get(`/slos/${ID}/${path}`);
    expect(status).toBe(400);
    expect(body.error.message).toContain(field);
  });

  const routes = [`/slos/${ID}/what-if?target=0.99`];

  it.each(routes)('shows nothing of a hidden entity at %s', async path => {
    visible = (_, user) => user === 'user:default/ben';
    const hidden = await get(path, 'user:default/ada');
    const missing = await get(path.replace(ID, 'nothing'), 'user:default/ada');
    expect([hidden.status, missing.status]).toEqual([404, 404]);
    expect(hidden.body.error.message.replace(ID, 'nothing')).toBe(
      missing.body.error.message,
    );
  });

  it.each(routes)(
    'refuses who has no permission, services and anonymous callers at %s',
    async path => {
      permission = AuthorizeResult.DENY;
      const denied = await get(path);
      expect(denied.status).toBe(403);
      expect(denied.body.error.message).toContain('slo.objective.read');
      permission = AuthorizeResult.ALLOW;
      for (const [header, status] of [
        [mockCredentials.service.header(), 403],
        [mockCredentials.none.header(), 401],
      ] as const) {
        const response = await request(backend.server)
          .get(`/api/slo${path}`)
          .set('Authorization', header);
        expect(response.status).toBe(status);
      }
    },
  );
});

import { mockCredentials, TestDatabases } from '@backstage/backend-test-utils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { Knex } from 'knex';
import request from 'supertest';
import { checkYaml } from '../__testUtils__/checkYaml';
import { service, startChecks, TestWorld } from '../__testUtils__/startChecks';
import { MAX_REPORT_BYTES } from './reportsRouter';

jest.setTimeout(120_000);

const ALLOW = { result: AuthorizeResult.ALLOW } as const;
const DENY = { result: AuthorizeResult.DENY } as const;
const COMMIT = '0123abc';
const passing = '<testsuite><testcase name="a"/></testsuite>';
const failing =
  '<testsuite><testcase name="a"><failure/></testcase></testsuite>';

describe('pipelines', () => {
  const databases = TestDatabases.create({ ids: ['POSTGRES_18'] });
  let knex: Knex;
  let world: TestWorld;
  let backend: Awaited<ReturnType<typeof startChecks>>;

  beforeEach(async () => {
    knex = await databases.init('POSTGRES_18');
    world = {
      files: {
        'tests.yaml': checkYaml({
          name: 'tests-pass',
          freshness: '7d',
          pass: 'workload.failures + workload.errors == 0',
          collector: 'reports',
        })
          .replace('reports/workload', 'reports/tests')
          .replaceAll('workload.replicas', 'workload.failures'),
      },
      entities: [service('orders'), service('cart')],
      collectors: [],
      decide: () => ALLOW,
      config: {
        checks: {
          pipelines: [{ subject: 'external:ci', entities: ['orders'] }],
        },
      },
    };
    backend = await startChecks(knex, world);
    await backend.round();
  });

  afterEach(async () => {
    await backend.stop();
    await knex.destroy();
  });

  const CI = mockCredentials.service.header({
    onBehalfOf: mockCredentials.service('external:ci'),
    targetPluginId: 'checks',
  });
  const PERSON = mockCredentials.user.header('user:default/ada');
  const upload = (
    body: string,
    options: {
      as?: string;
      entity?: string;
      query?: string;
      format?: string;
      type?: string;
    } = {},
  ) =>
    request(backend.server)
      .post(
        `/api/checks/reports/${options.format ?? 'junit'}?${
          options.query ??
          `entity=${options.entity ?? 'orders'}&commit=${COMMIT}`
        }`,
      )
      .set('Authorization', options.as ?? CI)
      .set('content-type', options.type ?? 'application/xml')
      .send(body);
  const result = async (entity = 'orders') => {
    const { body } = await request(backend.server)
      .get(`/api/checks/result?entityRef=${entity}&check=tests-pass`)
      .set('Authorization', PERSON);
    return body;
  };

  it('report, and the service is graded by the last report', async () => {
    expect(await result()).toMatchObject({
      outcome: 'unknown',
      words: { en: expect.stringContaining('POST /api/checks/reports/junit') },
    });
    const answer = await upload(failing);
    expect([answer.status, answer.body]).toEqual([
      201,
      expect.objectContaining({
        entityRef: 'component:default/orders',
        kind: 'tests',
        format: 'junit',
        commit: COMMIT,
        summary: expect.objectContaining({ tests: 1, failures: 1 }),
      }),
    ]);
    await backend.trigger('collection');
    expect(await result()).toMatchObject({
      outcome: 'fail',
      evidence: [
        {
          collector: 'reports',
          key: 'tests',
          value: { commit: COMMIT, failures: 1 },
          references: [{ kind: 'report', commit: COMMIT }],
          observedAt: answer.body.uploadedAt,
        },
      ],
    });
    expect((await result('cart')).outcome).toBe('unknown');

    await upload(passing, { as: PERSON });
    await backend.trigger('collection');
    expect((await result()).outcome).toBe('pass');
    const rows = await knex('checks_reports').orderBy('uploaded_at');
    expect(rows.map(row => row.uploaded_by)).toEqual([
      'external:ci',
      'user:default/ada',
    ]);
  });

  it('are stale by the age of the report, not of the look', async () => {
    await upload(passing);
    await knex.raw('alter table checks_reports disable trigger user');
    await knex('checks_reports').update({
      uploaded_at: knex.raw(`uploaded_at - interval '8 days'`),
    });
    await backend.trigger('collection');
    expect(await result()).toMatchObject({
      outcome: 'stale',
      lastOutcome: 'pass',
    });
  });

  it('take JSON as it is, whatever its media type', async () => {
    const trivy = JSON.stringify({ SchemaVersion: 2, ArtifactName: 'orders' });
    for (const type of ['application/json', 'text/plain']) {
      const { status, body } = await upload(trivy, { format: 'trivy', type });
      expect([status, body.kind]).toEqual([201, 'scan']);
    }
  });

  it.each<[string, Parameters<typeof upload>, number, RegExp]>([
    ['nobody', [passing, { as: mockCredentials.none.header() }], 401, /./],
    [
      'another service',
      [passing, { as: serviceHeader('external:other') }],
      403,
      /external:other is no pipeline; checks\.pipelines/,
    ],
    [
      'another plugin',
      [passing, { as: serviceHeader('plugin:catalog') }],
      403,
      /is no pipeline/,
    ],
    [
      'a pipeline of something else',
      [passing, { entity: 'cart' }],
      403,
      /external:ci does not speak for component:default\/cart/,
    ],
    [
      'for what is not there',
      [passing, { as: PERSON, entity: 'nothing' }],
      404,
      /There are no checks of component:default\/nothing/,
    ],
    [
      'without a commit',
      [passing, { query: 'entity=orders' }],
      400,
      /commit: /,
    ],
    [
      'of no commit',
      [passing, { query: 'entity=orders&commit=main' }],
      400,
      /commit: must be the id of a commit/,
    ],
    ['of an unknown format', [passing, { format: 'html' }], 400, /format: /],
    [
      'of two formats',
      [passing, { query: `entity=orders&commit=${COMMIT}&kind=x` }],
      400,
      /"kind"/,
    ],
    ['what is not a report', ['{}'], 400, /JUnit XML, line 1/],
    ['nothing', [''], 400, /JUnit XML, line 1/],
    ['too much', ['x'.repeat(MAX_REPORT_BYTES + 1)], 413, /./],
  ])('refuses %s', async (_, parameters, status, message) => {
    const answer = await upload(...parameters);
    expect([answer.status, answer.body.error?.message]).toEqual([
      status,
      expect.stringMatching(message),
    ]);
    expect(await knex('checks_reports')).toEqual([]);
  });

  it('refuses a person without the permission', async () => {
    world.decide = permission =>
      permission === 'checks.report.upload' ? DENY : ALLOW;
    const { status, body } = await upload(passing, { as: PERSON });
    expect([status, body.error.message]).toEqual([
      403,
      'You may not upload reports of component:default/orders: checks.report.upload is given to owners',
    ]);
  });

  it('have what is theirs looked at, and follow it', async () => {
    const run = (as: string, entityRefs: string[]) =>
      request(backend.server)
        .post('/api/checks/runs')
        .set('Authorization', as)
        .send({ entityRefs });
    const refused = await run(CI, ['orders', 'cart']);
    expect([refused.status, refused.body.error.message]).toEqual([
      403,
      expect.stringContaining('does not speak for component:default/cart'),
    ]);
    expect(
      (await run(serviceHeader('plugin:scorecards'), ['orders'])).status,
    ).toBe(403);

    const { status, body } = await run(CI, ['orders']);
    expect([status, body.createdBy]).toEqual([202, 'external:ci']);
    await backend.trigger('collection');
    const read = (as: string) =>
      request(backend.server)
        .get(`/api/checks/runs/${body.id}`)
        .set('Authorization', as);
    expect((await read(CI)).body).toMatchObject({
      progress: { done: 1, waiting: 0 },
      finishedAt: expect.any(String),
    });
    expect((await read(PERSON)).status).toBe(200);
    expect((await read(serviceHeader('external:other'))).status).toBe(404);
  });
});

function serviceHeader(subject: string): string {
  return mockCredentials.service.header({
    onBehalfOf: mockCredentials.service(subject),
    targetPluginId: 'checks',
  });
}

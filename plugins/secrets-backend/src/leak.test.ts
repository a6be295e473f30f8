import { randomUUID } from 'node:crypto';
import {
  coreServices,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import { TestDatabases } from '@backstage/backend-test-utils';
import { metrics, trace } from '@opentelemetry/api';
import {
  auditTrailServiceRef,
  trailAuditorServiceFactory,
} from '@shopfloor/plugin-audit-node';
import { Grant, GrantRequest } from '@shopfloor/plugin-secrets-common';
import { withPostgres } from '@shopfloor/vault-platform/testUtils';
import { Knex } from 'knex';
import {
  LeakSearch,
  noteAnswers,
  notingLogger,
  rowsOf,
  textOf,
} from './__testUtils__/LeakSearch';
import { asks } from './__testUtils__/startSecrets';
import { startWholeFlow, WholeFlow } from './__testUtils__/startWholeFlow';
import { TestTelemetry } from './__testUtils__/TestTelemetry';

jest.setTimeout(400_000);

const DAY = 86_400;
const payments = {
  kind: 'service-account' as const,
  entityRef: 'component:default/payments',
  namespace: 'production',
  name: 'payments',
};

/** How Vault answers every request of a kind in place of what it would. */
interface Fault {
  status: number;
  of: 'writes' | 'everything';
}

/**
 * Values and credentials are marked, everything is done that can be done, and then everything that the secrets backend kept, said,
 * answered or handed on is searched for them.
 */
describe('no value of a secret and no credential', () => {
  const databases = TestDatabases.create({ ids: ['POSTGRES_18'] });
  const search = new LeakSearch();
  const lines: string[] = [];
  const answers: string[] = [];
  const trail: string[] = [];
  const logger = notingLogger(lines);
  /** Refusals that quoted what was sent. */
  let quoted = 0;
  let fault: Fault | undefined;
  let flow: WholeFlow;
  let telemetry: TestTelemetry;
  let secretsDb: Knex;
  let approvalsDb: Knex;
  /** Users of the database hang on it. */
  let owner: string;

  /** The way of the portal to OpenBao: notes credentials that are in use, and has refusals quote all that was sent. */
  const wire: typeof fetch = async (url, init) => {
    const token = new Headers(init?.headers).get('x-vault-token');
    if (token) search.mark("the portal's token", token);
    const sent = String(init?.body ?? '');
    if (sent.includes('secret_id')) {
      search.mark("the portal's secret id", JSON.parse(sent).secret_id);
    }
    const reads = (init?.method ?? 'GET') === 'GET';
    if (fault && !(reads && fault.of === 'writes')) {
      quoted += 1;
      return Response.json(
        { errors: [`${init?.method} ${url} with ${token} sent ${sent}: no`] },
        { status: fault.status },
      );
    }
    const answer = await fetch(url, init);
    const body: any = await answer
      .clone()
      .json()
      .catch(() => ({}));
    if (body?.auth?.client_token) {
      search.mark("the portal's token", body.auth.client_token);
    }
    if (body?.wrap_info?.token) {
      search.mark('a wrapping token', body.wrap_info.token);
    }
    return answer;
  };

  const places = async () => ({
    'the database of secrets': await rowsOf(secretsDb),
    'the database of approvals': await rowsOf(approvalsDb),
    'the log': lines,
    'answers over HTTP': answers,
    'the audit trail': trail,
    notifications: flow.world.sent.map(textOf),
    'the store of changes': flow.world.changes.map(textOf),
    spans: telemetry.spans(),
    metrics: await telemetry.metrics(),
  });

  const marker = (what: string) => {
    const text = `marked${randomUUID().replaceAll('-', '')}`;
    search.mark(what, text);
    return text;
  };

  beforeAll(async () => {
    telemetry = TestTelemetry.start();
    secretsDb = await databases.init('POSTGRES_18');
    approvalsDb = await databases.init('POSTGRES_18');
    telemetry.watchSql(secretsDb);
    telemetry.watchSql(approvalsDb);
    flow = await startWholeFlow({
      secretsDb,
      approvalsDb,
      fetch: wire,
      // As in the process, up to what goes to the portal; before the trail masks anything.
      auditor: trailAuditorServiceFactory,
      features: [
        createServiceFactory({
          service: coreServices.rootLogger,
          deps: {},
          factory: () => logger,
        }),
        createServiceFactory({
          service: auditTrailServiceRef,
          deps: {},
          factory: () => {
            const note = async (...what: unknown[]) => {
              trail.push(textOf(what));
            };
            return {
              begin: async options => {
                await note('begin', options);
                return {
                  actId: randomUUID(),
                  succeed: (...result) => note('succeeded', ...result),
                  fail: error => note('failed', error),
                };
              },
              deny: options => note('denied', options),
            };
          },
        }),
      ],
    });
    noteAnswers(flow.secrets.server, answers);
    const { bao, root, owner: ordersOwner } = flow.platform;
    search.mark("Vault's root token", bao.rootToken);
    search.mark("the cluster's token", flow.cluster.adminToken);
    for (const path of ['provider', 'legacy', 'never-asked-for']) {
      await root.write(`production/data/payments/${path}`, {
        data: {
          key: marker('a value'),
          [marker('a name in a value')]: 'value',
        },
      });
    }
    // The engine signs in at PostgreSQL with a password that only Vault has.
    owner = ordersOwner.replace(/_orders$/, '_payments');
    const config = 'database-production/config/postgres';
    const { connection_details: connection } = (await root.read(config))!;
    const password = marker('the password of the database engine');
    await withPostgres(async postgres => {
      const manager = postgres.escapeIdentifier(connection.username);
      await postgres.query(`CREATE ROLE ${owner} NOLOGIN`);
      await postgres.query(`GRANT ${owner} TO ${manager} WITH ADMIN OPTION`);
      await postgres.query(`ALTER ROLE ${manager} PASSWORD '${password}'`);
    });
    await root.write(config, {
      plugin_name: 'postgresql-database-plugin',
      allowed_roles: '*',
      ...connection,
      password,
    });
  });
  afterAll(async () => {
    await flow?.stop();
    telemetry.stop();
    if (owner) {
      await withPostgres(async postgres => {
        const { rows } = await postgres.query<{ name: string }>(
          `SELECT m.rolname AS name FROM pg_roles m JOIN pg_auth_members a ON a.member = m.oid
           JOIN pg_roles r ON r.oid = a.roleid WHERE r.rolname = $1`,
          [owner],
        );
        for (const { name } of [...rows, { name: owner }]) {
          await postgres.query(
            `DROP ROLE IF EXISTS ${postgres.escapeIdentifier(name)}`,
          );
        }
      });
    }
  });

  /** The worker looks again every few seconds. */
  const until = async (id: string, done: (grant: Grant) => boolean) => {
    const { as, work } = flow.secrets;
    const deadline = Date.now() + 60_000;
    for (;;) {
      await work();
      const grant = await as('giulia').grant(id);
      if (done(grant)) return grant;
      if (Date.now() > deadline) {
        throw new Error(`${id} is ${grant.state}: ${grant.reasonCodes}`);
      }
      await new Promise(resolve => setTimeout(resolve, 300));
    }
  };
  const inState = (id: string, state: Grant['state']) =>
    until(id, grant => grant.state === state);
  const granted = async (who: string, request: GrantRequest, by: string[]) => {
    const { as, approve } = flow.secrets;
    const { id } = await as(who).ask(request);
    await approve(id, by);
    return id;
  };
  /** Everything that can be looked at. */
  const look = async (ids: string[]) => {
    const { as } = flow.secrets;
    for (const name of ['giulia', 'farid', 'otto']) {
      for (const path of [
        '/environments',
        '/entities/component/default/payments/secrets?environment=production',
        '/grants',
        '/rotations',
        '/reviews',
        '/reviews?x=1',
        ...ids.map(id => `/grants/${id}`),
      ]) {
        await as(name).get(path);
      }
      await as(name).post('/previews', asks());
    }
  };
  const tasks = async () => {
    for (const task of [
      'declarations',
      'drift',
      'catalog',
      'platform',
      'ends',
      'rotations',
      'reviews',
      'changes',
      'announcements',
    ]) {
      await flow.secrets.run(`secrets-${task}`);
    }
  };

  it('is kept, logged, audited, announced or answered by the secrets backend, whatever is done', async () => {
    const { as, outcomes, run, work } = flow.secrets;
    const { root } = flow.platform;

    // Declared: asked for, denied, asked for again, approved, proven, used.
    const { id: denied } = await as('farid').ask();
    await work();
    const { approvalRequestId } = await as('giulia').grant(denied);
    await as('giulia').decide('deny', approvalRequestId!, 'say what for');
    await outcomes();
    const id = await granted('farid', asks(), ['giulia', 'dana']);
    const { plan } = await inState(id, 'active');
    const service = await flow.login(plan.name, 'orders');
    const value = await service.read('production/data/payments/provider');
    expect(search.find({ read: [textOf(value)] })).toEqual([
      { what: 'a value', where: 'read' },
      { what: 'a name in a value', where: 'read' },
    ]);
    const self = await service.read('auth/token/lookup-self');
    search.mark('a token of a service', self!.id);
    await as('giulia').post(`/grants/${id}/prove`);
    await work();
    await as('farid').post(`/grants/${id}/renew`, {
      reason: 'still needed',
      durationSeconds: 20 * DAY,
    });
    await work();
    const { renewal } = await as('gus').grant(id);
    await as('gus').decide('approve', renewal!.approvalRequestId!);
    await outcomes();
    await until(id, ({ history }) =>
      history.some(({ type }) => type === 'renewed'),
    );

    // Changed by hand, found, put back.
    await root.write(`sys/policies/acl/${plan.name}`, {
      policy: 'path "production/data/payments/other" {}',
    });
    await run('secrets-drift');
    await inState(id, 'drifted');
    await look([id]);
    await as('giulia').post(`/grants/${id}/repair`);
    await inState(id, 'active');

    // A user of the database.
    const database = await granted(
      'giulia',
      asks({
        subject: payments,
        secret: {
          kind: 'database',
          path: 'payments-standard',
          declared: 'database',
        },
      }),
      ['gus', 'dana'],
    );
    const { plan: databasePlan } = await inState(database, 'active');
    const { body: user } = await (
      await flow.login(databasePlan.name, 'payments')
    ).request({
      method: 'GET',
      path: 'database-production/creds/payments-standard',
    });
    search.mark('the password of a user of the database', user.data!.password);

    // Undeclared: waits for an approver at Vault, twice.
    const free = await granted(
      'giulia',
      asks({ subject: payments, secret: { kind: 'kv', path: 'legacy' } }),
      ['gus', 'dana'],
    );
    const chen = await flow.platform.person('chen');
    search.mark(
      'the token of an approver',
      (await chen.read('auth/token/lookup-self'))!.id,
    );
    const seen: string[] = [];
    while (seen.length < 2) {
      const { authorisation } = await until(
        free,
        grant =>
          grant.authorisation !== undefined &&
          !seen.includes(grant.authorisation.accessor),
      );
      await look([free]);
      seen.push(authorisation!.accessor);
      await chen.write('sys/control-group/authorize', {
        accessor: authorisation!.accessor,
      });
    }
    await inState(free, 'active');

    // Vault refuses, and quotes all that it was sent.
    await as('giulia').post(`/grants/${database}/revoke`, { reason: 'over' });
    await inState(database, 'revoked');
    const { id: failing } = await as('farid').ask(
      asks({ access: ['read', 'write'] }),
    );
    fault = { status: 400, of: 'writes' };
    await flow.secrets.approve(failing, ['giulia', 'dana']);
    const failed = await inState(failing, 'failed');
    expect(failed.failure).toContain('Vault refused');
    await look([failing]);
    for (const status of [400, 403, 404, 500, 503]) {
      fault = { status, of: 'everything' };
      await look([failing, free]);
      await as('giulia').post(`/grants/${failing}/retry`);
      await as('giulia').post(`/grants/${id}/prove`);
      await work();
      await tasks();
    }
    fault = undefined;
    expect(quoted).toBeGreaterThan(25);
    await as('giulia').post(`/grants/${failing}/retry`);
    await until(failing, ({ state }) => state === 'active');

    // Reviewed, revoked, rotated.
    const { body: review } = await as('dana').post('/reviews', {
      title: 'All of production',
      environment: 'production',
      dueAt: new Date(Date.now() + 7 * DAY * 1_000).toISOString(),
    });
    await as('giulia').post(`/reviews/${review.id}/decisions`, {
      grantId: failing,
      verdict: 'revoke',
      comment: 'nobody uses it',
    });
    await as('giulia').post(`/grants/${id}/revoke`, { reason: 'over' });
    await as('giulia').post(`/grants/${free}/revoke`, { reason: 'over' });
    for (const each of [id, free]) {
      await inState(each, 'revoked');
    }
    await tasks();
    const { body: rotations } = await as('giulia').get('/rotations');
    for (const rotation of rotations.items) {
      await as('giulia').post(`/rotations/${rotation.id}/done`, {
        comment: 'there is a new one',
      });
    }
    await look([id, database, free, failing, denied]);

    // Sealed: nothing works, and all of it says so.
    await root.write('sys/seal');
    await look([id, free]);
    await as('farid').post('/grants', { request: asks() });
    await tasks();

    // All of it was done, and is there to be searched.
    const everything = await places();
    for (const [where, texts] of Object.entries(everything)) {
      expect([where, texts.join('\n')]).toEqual([
        where,
        expect.stringContaining(where === 'metrics' ? 'POST' : 'payments'),
      ]);
    }
    // In, out, and SQL.
    for (const told of [
      '"url.path":"/api/secrets/grants"',
      '/v1/sys/policies/acl/',
      '/v1/sys/wrapping/unwrap',
      'insert into \\"secrets_events\\"',
    ]) {
      expect(everything.spans.join('\n')).toContain(told);
    }
    expect(
      everything['the database of secrets'].filter(row =>
        row.startsWith('secrets_events '),
      ).length,
    ).toBeGreaterThan(40);
    expect(answers.filter(each => /^[45]/.test(each)).length).toBeGreaterThan(
      20,
    );
    expect(everything['the log'].join('\n')).toContain(
      'could not be compared with Vault',
    );
    expect(search.marked).toEqual([
      "Vault's root token",
      'a name in a value',
      'a token of a service',
      'a value',
      'a wrapping token',
      "the cluster's token",
      'the password of a user of the database',
      'the password of the database engine',
      "the portal's secret id",
      "the portal's token",
      'the token of an approver',
    ]);
    expect(search.find(everything)).toEqual([]);
  });

  it('would be found in each of these places', async () => {
    const planted = `planted${randomUUID()}`;
    const other = new LeakSearch();
    other.mark('planted', planted);
    expect(other.find(await places())).toEqual([]);
    await secretsDb('secrets_acts').insert({
      person: 'user:default/otto',
      key: 'planted',
      act: Buffer.from(`x${planted}`).toString('base64'),
      result: 'x',
      at: new Date(),
    });
    await approvalsDb('approvals_files').insert({
      file: planted,
      problems: '[]',
      uses_older: '[]',
    });
    logger
      .child({ plugin: 'secrets' })
      .warn('it failed', new Error('no', { cause: new Error(planted) }));
    trail.push(textOf([{ before: planted }]));
    flow.world.sent.push({
      recipients: { entityRef: [] },
      payload: { title: planted },
    });
    flow.world.changes.push({ title: planted } as never);
    trace
      .getTracer('planted')
      .startSpan('work', {
        attributes: { note: planted },
      })
      .end();
    metrics.getMeter('planted').createCounter('work').add(1, { note: planted });
    // A field that nobody knows is named in the refusal.
    await flow.secrets.as('otto').get(`/grants?${planted}=1`);
    const everything = await places();
    expect(other.find(everything)).toEqual(
      Object.keys(everything).map(where => ({ what: 'planted', where })),
    );
  });
});

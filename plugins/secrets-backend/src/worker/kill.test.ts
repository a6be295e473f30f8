import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
  TestDatabases,
} from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
// eslint-disable-next-line @backstage/no-mixed-plugin-imports -- the trail and the store of changes as they are
import auditPlugin from '@shopfloor/plugin-audit-backend';
import { Act, ChangeReport } from '@shopfloor/plugin-audit-common';
import {
  Access,
  applyGrantEvents,
  composePlan,
  GrantData,
  mountsOf,
  parseDeclarations,
  samePlan,
  slotOf,
} from '@shopfloor/plugin-secrets-common';
import { VaultClient } from '@shopfloor/vault-client';
import {
  TestPlatform,
  withPostgres,
} from '@shopfloor/vault-platform/testUtils';
import { Knex } from 'knex';
import {
  openGrantWorker,
  OpenWorker,
  WorkerPlace,
} from '../__testUtils__/openGrantWorker';
import { TestCluster } from '../__testUtils__/TestCluster';
import { Round, WorkerProcess } from '../__testUtils__/WorkerProcess';
import { migrationsDirectory } from '../store/database';

jest.setTimeout(1_200_000);

const DAY = 86_400;

/** As long as a lease lasts, and a little. */
const LEASE_OVER_MS = 61_000;

/** So long after its end nothing about a grant can wait for approval any more. */
const SETTLED_MS = 400_000;

const ALLOW = { result: AuthorizeResult.ALLOW } as const;

const PAYMENTS = 'component:default/payments';

const DECLARATIONS = `apiVersion: shopfloor.dev/v1
kind: ServiceSecrets
metadata: { name: payments }
spec:
  secrets:
    - name: provider-key
      title: { en: Key of the payment provider, zh: 支付服务商密钥 }
      kind: kv
      path: provider
      class: sensitive
      access: [read, write]
    - name: database
      title: { en: Database, zh: 数据库 }
      kind: database
      class: standard
      access: [read]
`;

const SECRETS = {
  kv: { kind: 'kv', path: 'provider', declared: 'provider-key' },
  database: {
    kind: 'database',
    path: 'payments-standard',
    declared: 'database',
  },
} as const;

/** Events of a grant up to its use. */
const APPLIED = [
  'asked',
  'submitted',
  'approved',
  'applying-started',
  'applied',
  'proven',
];

describe('a worker that is killed by SIGKILL between any two writes', () => {
  const databases = TestDatabases.create({ ids: ['POSTGRES_18'] });
  const stops: Array<() => Promise<unknown>> = [];
  const numbers = new Map<string, number>();
  let cluster: TestCluster;
  let platform: TestPlatform;
  let place: WorkerPlace;
  let db: Knex;
  let own: OpenWorker;
  let portal: string;
  /** Processes that load while another works. */
  const waiting: WorkerProcess[] = [];
  const started: WorkerProcess[] = [];

  beforeAll(async () => {
    cluster = await TestCluster.start();
    stops.push(() => cluster.stop());
    platform = await TestPlatform.start({ kubernetes: cluster.vaultConfig() });
    stops.push(() => platform.stop());
    const { root } = platform;
    await platform.apply({
      services: [
        {
          entityRef: PAYMENTS,
          service: 'payments',
          secrets: parseDeclarations(DECLARATIONS, {
            file: 'secrets.yaml',
            service: 'payments',
          }).secrets,
        },
      ],
      seeds: [],
      window: 60,
    });
    await root.write('production/data/payments/provider', {
      data: { key: 'value' },
    });

    db = await databases.init('POSTGRES_18');
    await db.migrate.latest({ directory: migrationsDirectory });
    const auditDb = await databases.init('POSTGRES_18');
    const backend = await startTestBackend({
      features: [
        auditPlugin,
        mockServices.database.mock({ getClient: async () => auditDb }).factory,
        mockServices.scheduler.mock().factory,
        mockServices.permissions.mock({
          authorize: async queries => queries.map(() => ALLOW),
          authorizeConditional: async queries => queries.map(() => ALLOW),
        }).factory,
        catalogServiceMock.factory(),
        mockServices.rootConfig.factory({
          data: {
            permission: { enabled: true },
            shopfloor: {
              clusters: [{ name: 'test', url: cluster.url }],
              environments: [
                {
                  name: 'production',
                  cluster: 'test',
                  prometheus: { url: cluster.url },
                },
              ],
            },
          },
        }),
      ],
    });
    stops.push(() => backend.stop());
    const { port } = backend.server.address() as AddressInfo;
    portal = `http://127.0.0.1:${port}`;

    const folder = await mkdtemp(join(tmpdir(), 'secrets-kill-'));
    stops.push(() => rm(folder, { recursive: true, force: true }));
    const role = 'auth/approle/role/shopfloor-secrets';
    const roleIdFile = join(folder, 'role-id');
    const secretIdFile = join(folder, 'secret-id');
    await writeFile(roleIdFile, (await root.read(`${role}/role-id`))!.role_id);
    await writeFile(
      secretIdFile,
      (await root.write(`${role}/secret-id`)).body.data!.secret_id,
    );
    const { connection } = db.client.config;
    const owner = platform.owner.replace('orders', 'payments');
    await withPostgres(async postgres => {
      await postgres.query(`CREATE ROLE ${owner} NOLOGIN`);
      await postgres.query(
        `GRANT ${owner} TO ${platform.owner.replace('orders', 'manager')} WITH ADMIN OPTION`,
      );
    });
    stops.unshift(() =>
      withPostgres(postgres => postgres.query(`DROP ROLE ${owner}`)),
    );
    place = {
      connection: { ...connection, password: connection.password },
      portal: {
        url: portal,
        token: mockCredentials.service.token({
          onBehalfOf: mockCredentials.service('plugin:secrets'),
          targetPluginId: 'audit',
        }),
      },
      vault: { address: platform.bao.address, roleIdFile, secretIdFile },
      cluster: { name: 'test', url: cluster.url, caData: cluster.caData },
      accountToken: await cluster.accountToken('payments', 'production'),
    };
    own = openGrantWorker(place, { now: () => new Date() });
    stops.push(() => own.stop());
  });

  afterAll(async () => {
    await Promise.all(started.map(each => each.stop()));
    for (const stop of stops.reverse()) {
      await stop();
    }
  });

  /** A process that has loaded, or soon has; the next one starts to. */
  function takeProcess(): WorkerProcess {
    while (waiting.length < 3) {
      const next = WorkerProcess.start();
      waiting.push(next);
      started.push(next);
    }
    return waiting.shift()!;
  }

  /** A grant that two approved; a worker has not seen it yet. */
  async function approved(
    kind: 'kv' | 'database',
    access: Access[],
  ): Promise<GrantData> {
    const secret = SECRETS[kind];
    const subject = {
      kind: 'service-account',
      namespace: 'production',
      name: 'payments',
    } as const;
    const of = { subject: 'payments', owner: 'payments', secret, access };
    const slot = slotOf({ environment: 'production', ...of });
    const number = (numbers.get(slot) ?? 0) + 1;
    numbers.set(slot, number);
    const id = randomUUID();
    const now = new Date();
    const at = now.toISOString();
    const contentHash = `sha256:${'a'.repeat(64)}`;
    const durationSeconds = 7 * DAY;
    await own.store.open({
      slot,
      owners: {
        subject: ['group:default/payments'],
        secret: ['group:default/payments'],
      },
      diff: {} as never,
      act: { person: 'user:default/giulia', key: id, act: `ask ${id}` },
      now,
      command: {
        type: 'ask',
        id,
        slot,
        number,
        request: {
          environment: 'production',
          subject: { ...subject, entityRef: PAYMENTS },
          owner: PAYMENTS,
          secret,
          access,
          reason: 'refunds',
          durationSeconds,
          delivery: 'agent',
        },
        plan: composePlan({
          mounts: mountsOf('production'),
          tier: 'pinned',
          subject,
          owner: 'payments',
          secret,
          access,
          number,
          ttlSeconds: durationSeconds,
        }),
        contentHash,
        requester: 'user:default/giulia',
      },
    });
    await change(id, { type: 'submit', approvalRequestId: randomUUID() });
    return change(id, {
      type: 'approve',
      contentHash,
      by: ['user:default/gus', 'user:default/dana'],
      decidedAt: at,
    });
  }

  async function change(
    id: string,
    command: Parameters<OpenWorker['store']['change']>[1],
  ): Promise<GrantData> {
    const result = await own.store.change(id, command, {
      now: new Date().toISOString(),
      actor: 'user:default/giulia',
    });
    if ('refusal' in result) {
      throw new Error(result.refusal.message);
    }
    return result.grant;
  }

  /** A grant in force; a worker of this process brought it there. */
  async function active(
    kind: 'kv' | 'database',
    access: Access[],
  ): Promise<GrantData> {
    const { id } = await approved(kind, access);
    await own.run();
    const { grant } = (await own.store.get(id))!;
    expect(grant).toMatchObject({ state: 'active', reasonCodes: [] });
    return grant;
  }

  /** Signs in as the service. */
  async function login(role: string): Promise<VaultClient> {
    const { body } = await platform.root.write(
      'auth/kubernetes-production/login',
      { role, jwt: place.accountToken },
    );
    return platform.bao.client(body.auth!.client_token);
  }

  async function ask<T>(path: string): Promise<T> {
    const response = await fetch(`${portal}/api/audit${path}`, {
      headers: {
        authorization: mockCredentials.user.header('user:default/dana'),
      },
    });
    const body = await response.json();
    expect([response.status, body.error]).toEqual([200, undefined]);
    return body as T;
  }

  /** What holds of every grant, wherever a worker died. */
  async function expectWhole(options: {
    id: string;
    action: string;
    events: string[];
    changed: ChangeReport['outcome'];
    round: Round;
  }): Promise<GrantData> {
    const { id, action, events, changed, round } = options;
    const { grant } = (await own.store.get(id))!;

    const history = await own.store.events(id);
    expect(history.map(({ type }) => type)).toEqual(events);
    expect(applyGrantEvents(undefined, history)).toEqual(grant);
    const row = await db('secrets_grants').where({ id }).first();
    expect(row.told_version).toBe(events.length);
    // Nobody has it any more.
    expect(Number(row.leased_until ?? 0)).toBeLessThan(
      Date.now() + LEASE_OVER_MS,
    );

    // Without an intent nothing was written; whose outcome nobody told is shown as unknown.
    const passed = (what: RegExp) => round.points.findIndex(p => what.test(p));
    const intent = passed(/^POST .*\/trail\/acts$/);
    const outcome = passed(/^POST .*\/outcome$/);
    const write = passed(/^\S+ \/v1\//);
    expect(write === -1 || (intent !== -1 && intent < write)).toBe(true);
    const { items } = await ask<{ items: Act[] }>(
      `/trail?action=${action}&limit=200`,
    );
    const outcomes = items
      .filter(({ details }) => details?.grantId === id)
      .map(act => act.outcome);
    const unknown = intent !== -1 && outcome === -1;
    expect(outcomes.filter(each => each === 'unknown')).toHaveLength(
      unknown ? 1 : 0,
    );
    // The only one when the grant had moved on by then.
    const moved = round.points.some((point, index) => {
      return index > write && write !== -1 && /^commit/.test(point);
    });
    expect(outcomes.filter(each => each !== 'unknown')).toEqual(
      unknown && moved ? [] : ['succeeded'],
    );

    const { items: changes } = await ask<{ items: ChangeReport[] }>(
      '/changes?kind=secret-grant&limit=200',
    );
    expect(
      changes
        .filter(({ sourceId }) => sourceId === id)
        .map(each => each.outcome),
    ).toEqual([changed]);
    return grant;
  }

  /** Exactly what was approved stands at Vault. */
  async function expectGranted(grant: GrantData): Promise<Date> {
    const { plan } = grant;
    const { root } = platform;
    const policy = await root.read(`sys/policies/acl/${plan.policy.name}`);
    const role = await root.read(`auth/${plan.role.mount}/role/${plan.name}`);
    expect(policy!.policy).toBe(plan.policy.text);
    expect(
      samePlan(plan, { policy: policy!.policy, role: role as never }),
    ).toEqual({ policy: true, role: true });
    expect(grant.lastProof?.held).toBe(true);
    return new Date(policy!.expiration);
  }

  /**
   * Walks a way again and again with a grant of its own each time, killed at the first moment, at the second, until one ends
   * without having been. Another process does the rest each time.
   *
   * @returns the moments at which a process died
   */
  async function killAtEach(walk: {
    prepare: () => Promise<string>;
    check: (id: string, round: Round) => Promise<void>;
  }): Promise<string[]> {
    const deaths: string[] = [];
    let worker = takeProcess();
    for (let at = 1; ; at += 1) {
      const id = await walk.prepare();
      const round = await worker.run({ place, aheadMs: 0, killAt: at });
      if (round.killed) {
        expect(round.points).toHaveLength(at);
        deaths.push(round.points[at - 1]);
        worker = takeProcess();
        const rest = await worker.run({ place, aheadMs: LEASE_OVER_MS });
        expect(rest.killed).toBe(false);
      }
      try {
        await walk.check(id, round);
      } catch (error) {
        (error as Error).message =
          `Killed after ${deaths.at(-1)}: ${(error as Error).message}`;
        throw error;
      }
      await worker.run({ place, aheadMs: SETTLED_MS });
      if (!round.killed) {
        return deaths;
      }
    }
  }

  it('applies a grant once, exactly as it was approved', async () => {
    const deaths = await killAtEach({
      prepare: async () => (await approved('kv', ['read'])).id,
      check: async (id, round) => {
        const grant = await expectWhole({
          id,
          round,
          action: 'grant-apply',
          events: APPLIED,
          changed: 'succeeded',
        });
        await expectGranted(grant);
        const service = await login(grant.plan.name);
        const path = 'production/data/payments/provider';
        expect((await service.read(path))!.data).toEqual({ key: 'value' });
      },
    });
    expect(deaths).toEqual([
      'update of secrets_grants',
      'commit of secrets_grants, secrets_events',
      'update of secrets_grants',
      'POST /api/audit/trail/acts',
      'POST /v1/shopfloor-grants/used/<grant>',
      'POST /v1/sys/policies/acl/<grant>',
      'POST /v1/auth/kubernetes-production/role/<grant>',
      'commit of secrets_grants, secrets_events, secrets_announcements',
      'POST /api/audit/trail/acts/<id>/outcome',
      'update of secrets_grants',
      'POST /api/audit/trail/acts',
      'commit of secrets_grants, secrets_events',
      'POST /api/audit/trail/acts/<id>/outcome',
      'update of secrets_grants',
      'commit of secrets_grants',
      'update of secrets_grants',
      'POST /api/audit/changes',
      'update of secrets_grants',
    ]);
  });

  it('renews a grant once', async () => {
    const deaths = await killAtEach({
      prepare: async () => {
        const { id } = await active('kv', ['write']);
        const contentHash = `sha256:${'b'.repeat(64)}`;
        await change(id, {
          type: 'ask-renewal',
          reason: 'more refunds',
          durationSeconds: 20 * DAY,
          contentHash,
        });
        await change(id, {
          type: 'submit-renewal',
          number: 1,
          approvalRequestId: randomUUID(),
        });
        await change(id, {
          type: 'approve-renewal',
          number: 1,
          contentHash,
          by: ['user:default/gus'],
          decidedAt: new Date().toISOString(),
        });
        return id;
      },
      check: async (id, round) => {
        const grant = await expectWhole({
          id,
          round,
          action: 'grant-renew',
          events: [
            ...APPLIED,
            'renewal-asked',
            'renewal-submitted',
            'renewal-approved',
            'renewed',
          ],
          changed: 'succeeded',
        });
        const end = await expectGranted(grant);
        const left = (end.getTime() - Date.now()) / 1_000;
        expect(left).toBeGreaterThan(19 * DAY);
        expect(left).toBeLessThanOrEqual(20 * DAY);
      },
    });
    expect(deaths).toEqual([
      'update of secrets_grants',
      'POST /api/audit/trail/acts',
      'POST /v1/sys/policies/acl/<grant>',
      'commit of secrets_grants, secrets_events',
      'POST /api/audit/trail/acts/<id>/outcome',
      'update of secrets_grants',
      'commit of secrets_grants',
      'update of secrets_grants',
      'POST /api/audit/changes',
      'update of secrets_grants',
    ]);
  });

  it('revokes a grant with its policy, its role and its leases', async () => {
    let service: VaultClient;
    let user: { user: string; password: string };
    const creds = 'database-production/creds/payments-standard';
    const deaths = await killAtEach({
      prepare: async () => {
        const grant = await active('database', ['read']);
        service = await login(grant.plan.name);
        const { username, password } = (await service.read(creds))!;
        user = { user: username, password };
        await change(grant.id, { type: 'revoke', reason: 'revoked-by-person' });
        return grant.id;
      },
      check: async (id, round) => {
        const { plan } = await expectWhole({
          id,
          round,
          action: 'grant-remove',
          events: [...APPLIED, 'revocation-asked', 'revoked'],
          changed: 'undone',
        });
        const { root } = platform;
        const left = [
          await root.read(`sys/policies/acl/${plan.policy.name}`),
          await root.read(`auth/${plan.role.mount}/role/${plan.name}`),
        ];
        expect(left).toEqual([undefined, undefined]);
        expect(await root.list(`sys/leases/lookup/${creds}`)).toEqual([]);
        await expect(service.read(creds)).rejects.toMatchObject({
          code: 'denied',
        });
        await expect(login(plan.name)).rejects.toMatchObject({
          code: 'refused',
        });
        await expect(withPostgres(async () => {}, user)).rejects.toThrow();
      },
    });
    expect(deaths).toEqual([
      'update of secrets_grants',
      'POST /api/audit/trail/acts',
      'POST /v1/shopfloor-grants/ended/<grant>',
      'DELETE /v1/sys/policies/acl/<grant>',
      'DELETE /v1/auth/kubernetes-production/role/<grant>',
      'POST /v1/sys/leases/revoke-prefix/database-production/creds/payments-standard',
      'commit of secrets_grants, secrets_events, secrets_announcements',
      'POST /api/audit/trail/acts/<id>/outcome',
      'update of secrets_grants',
      'commit of secrets_grants',
      'update of secrets_grants',
      'POST /api/audit/changes',
      'update of secrets_grants',
    ]);
  });
});

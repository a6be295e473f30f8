import {
  TestDatabases,
  mockCredentials,
  mockServices,
} from '@backstage/backend-test-utils';
import {
  ChangePreview,
  ObjectSnapshot,
  RouteChange,
  RouteView,
  snapshotOf,
} from '@shopfloor/plugin-traffic-common';
import { Knex } from 'knex';
import request from 'supertest';
import { TcpRelay } from './__testUtils__/TcpRelay';
import { TestCluster, required } from './__testUtils__/TestCluster';
import { startTraffic } from './__testUtils__/startTraffic';

jest.setTimeout(60_000);

type Backend = Awaited<ReturnType<typeof startTraffic>>;
type Person = 'ada.okafor' | 'ben.lindqvist' | 'emil.haddad' | 'nameless';

const ROUTE = '/api/traffic/routes/production/component/default/products';
const SHIFT = [
  { subset: 'v1', weight: 90 },
  { subset: 'v2', weight: 10 },
];

const databases = TestDatabases.create({ ids: ['POSTGRES_18'] });
const cluster = TestCluster.fromEnvironment();
const createEvent = jest.fn();
const success = jest.fn(async () => {});
const fail = jest.fn(async () => {});
const auditor = mockServices.auditor.mock({ createEvent });

let knex: Knex;
let kubernetes: TcpRelay;
let prometheus: TcpRelay;
let backend: Backend;
let before: ObjectSnapshot;
let lastKey = 0;

function start() {
  return startTraffic({
    knex,
    cluster,
    auditor,
    kubernetesUrl: `https://127.0.0.1:${kubernetes.port}`,
    prometheusUrl: `http://127.0.0.1:${prometheus.port}`,
  });
}

function as(person: Person) {
  const header = mockCredentials.user.header(`user:default/${person}`);
  const send = (method: 'get' | 'post', path: string) =>
    request(backend.server)[method](path).set('authorization', header);
  return {
    get: (path: string) => send('get', path),
    post: (
      path: string,
      body: object = {},
      key = `test-key-${(lastKey += 1)}`,
    ) => send('post', path).set('idempotency-key', key).send(body),
  };
}

async function shift(
  person: Person = 'ben.lindqvist',
  body: object = {},
  key?: string,
) {
  const live = await cluster.getRoute();
  return as(person).post(
    `${ROUTE}/changes`,
    {
      weights: SHIFT,
      resourceVersion: live.metadata.resourceVersion,
      takeOver: true,
      ...body,
    },
    key,
  );
}

async function liveWeights() {
  const { spec } = await cluster.getRoute();
  return spec.http![0].route!.map(({ weight }) => weight);
}

beforeAll(async () => {
  await cluster.create();
  kubernetes = await TcpRelay.start(cluster.url);
  prometheus = await TcpRelay.start(required('SHOPFLOOR_TEST_PROMETHEUS_URL'));
  knex = await databases.init('POSTGRES_18');
  backend = await start();
});

afterAll(async () => {
  await backend?.stop();
  await kubernetes?.cut();
  await prometheus?.cut();
  await cluster.remove();
});

beforeEach(async () => {
  before = snapshotOf(await cluster.deployRoute());
  createEvent.mockReset().mockResolvedValue({ success, fail });
  success.mockClear();
  fail.mockClear();
});

describe('seeing a route', () => {
  it('shows the wanted weights, who manages them and the measured shares', async () => {
    const { body } = await as('ada.okafor').get(ROUTE).expect(200);
    expect(body).toMatchObject({
      environment: { name: 'production', production: true },
      entityRef: 'component:default/products',
      wanted: {
        destinations: [
          { subset: 'v1', weight: 100, share: 1, labels: { version: 'v1' } },
          { subset: 'v2', weight: 0, share: 0 },
        ],
        keeps: ['retries', 'timeout'],
        managers: [{ name: 'deployer', operation: 'Apply' }],
        resourceVersion: expect.any(String),
        observedAt: expect.any(String),
      },
      measured: {
        requestsPerSecond: expect.any(Number),
        observedAt: expect.any(String),
      },
    });
  });

  it('tells who does not own the service why it cannot be changed, and whom to ask', async () => {
    const { body } = await as('ada.okafor').get(ROUTE).expect(200);
    expect(body.access).toEqual({
      allowed: false,
      code: 'not-permitted',
      reason: expect.stringContaining('Only the owners'),
      ask: ['group:default/merchandising-team'],
    });
    const { body: owned } = await as('ben.lindqvist').get(ROUTE).expect(200);
    expect(owned.access).toEqual({ allowed: true, ask: [] });
  });

  it('says so when an environment has no such route, and shows it read-only where changes are closed', async () => {
    const empty = await as('emil.haddad').get(
      ROUTE.replace('production', 'frozen'),
    );
    // Kubernetes does not let his listed groups (none) read here, and that is what is shown.
    expect(empty.body.wantedUnavailable.reason).toMatch(/cannot get resource/);
    const frozen = await as('ben.lindqvist').get(
      ROUTE.replace('production', 'frozen'),
    );
    expect(frozen.body.access).toMatchObject({ code: 'environment-closed' });
    await as('ben.lindqvist')
      .get('/api/traffic/routes/nowhere/component/default/products')
      .expect(404);
    await as('ben.lindqvist')
      .get('/api/traffic/routes/production/component/default/unmapped')
      .expect(404);
  });

  it('lists the services of an environment', async () => {
    const { body } = await as('ada.okafor')
      .get('/api/traffic/routes/production')
      .expect(200);
    expect(body.items).toMatchObject([
      {
        entityRef: 'component:default/products',
        owner: 'group:default/merchandising-team',
        wanted: { virtualService: 'products' },
      },
    ]);
  });

  it('keeps showing the last known state, marked stale, while cluster and Prometheus are down', async () => {
    await as('ben.lindqvist').get(ROUTE).expect(200);
    await new Promise(resolve => setImmediate(resolve));
    await kubernetes.cut();
    await prometheus.cut();
    try {
      let view: RouteView;
      // Answers are remembered for a moment.
      do {
        view = (await as('ben.lindqvist').get(ROUTE).expect(200)).body;
      } while (!view.wanted?.stale || !view.measured?.stale);
      expect(view.wanted.destinations.map(({ weight }) => weight)).toEqual([
        100, 0,
      ]);
      expect(view.wanted.stale).toEqual({
        since: view.wanted.observedAt,
        reason: expect.stringContaining('connection refused'),
      });
      expect(view.measured.stale.reason).toContain('connection refused');
    } finally {
      await kubernetes.open();
      await prometheus.open();
    }
  });

  it('is for signed-in people alone', async () => {
    const ask = (header: string) =>
      request(backend.server).get(ROUTE).set('authorization', header);
    expect((await ask(mockCredentials.none.header())).status).toBe(401);
    expect((await ask(mockCredentials.service.header())).status).toBe(403);
    const { status, body } = await as('nameless').get(ROUTE);
    expect(status).toBe(403);
    expect(body.error.message).toMatch(/has no e-mail address/);
  });
});

describe('previewing a change', () => {
  it('shows words, diff, who is affected and that another manager has to be taken over', async () => {
    const { body } = await as('ben.lindqvist')
      .post(`${ROUTE}/preview`, { weights: SHIFT })
      .expect(200);
    const preview = body as ChangePreview;
    expect(preview).toMatchObject({
      summary:
        'v1 gets 90 % of the requests (before: 100 %); v2 gets 10 % of the requests (before: 0 %)',
      dryRun: {
        state: 'needs-take-over',
        managers: [{ name: 'deployer', operation: 'Apply' }],
      },
      affected: { hosts: [expect.stringContaining('products.')] },
    });
    expect(preview.affected.movedShare).toBeCloseTo(0.1);
    expect(preview.diff).toContain(
      '-          weight: 100\n+          weight: 90',
    );
    expect(await liveWeights()).toEqual([100, 0]);
  });

  it('passes from a deployment that is known to leave a moved route alone', async () => {
    await cluster.deployRoute('yielding-deployer');
    const { body } = await as('ben.lindqvist').post(`${ROUTE}/preview`, {
      weights: SHIFT,
    });
    expect(body.dryRun).toEqual({
      state: 'accepted',
      handedOverBy: ['yielding-deployer'],
    });
    const change = await shift('ben.lindqvist', { takeOver: false });
    expect(change.body).toMatchObject({
      outcome: 'applied',
      takenOverFrom: ['yielding-deployer'],
    });
    expect(await liveWeights()).toEqual([90, 10]);
  });

  it('needs nothing taken over once the route is ours', async () => {
    await shift();
    const { body } = await as('ben.lindqvist').post(`${ROUTE}/preview`, {
      weights: [
        { subset: 'v1', weight: 50 },
        { subset: 'v2', weight: 50 },
      ],
    });
    expect(body.dryRun).toEqual({ state: 'accepted' });
  });

  it('shows what Kubernetes refuses the person, although the portal would allow it', async () => {
    await cluster.disallowOwners();
    try {
      const { body } = await as('ben.lindqvist').post(`${ROUTE}/preview`, {
        weights: SHIFT,
      });
      expect(body.dryRun).toMatchObject({
        state: 'refused',
        reason: expect.stringContaining(
          'User "ben.lindqvist@larkfield.example" cannot patch',
        ),
      });
      expect((await shift()).status).toBe(403);
      const { body: history } = await as('ben.lindqvist').get(
        '/api/traffic/changes?entityRef=component:default/products',
      );
      expect(history.items[0]).toMatchObject({
        outcome: 'refused',
        error: expect.stringContaining('cannot patch'),
      });
    } finally {
      await cluster.allowOwners();
    }
  });

  it.each([
    [[{ subset: 'v1', weight: 100 }], /No weight is given for subset 'v2'/],
    [
      [
        { subset: 'v1', weight: 60 },
        { subset: 'v2', weight: 60 },
      ],
      /sum to 120/,
    ],
    [[{ subset: 'v1', weight: 0.5 }], /weights.0.weight/],
  ])('refuses the weights %p in words', async (weights, message) => {
    const { status, body } = await as('ben.lindqvist').post(
      `${ROUTE}/preview`,
      { weights },
    );
    expect(status).toBe(400);
    expect(body.error.message).toMatch(message);
  });
});

describe('changing a route', () => {
  it('writes as the person with our field manager, keeps everything else, and records intent and outcome', async () => {
    const { body, status } = await shift('ben.lindqvist', {
      reason: 'try ratings',
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      kind: 'shift',
      person: 'user:default/ben.lindqvist',
      impersonated: {
        user: 'ben.lindqvist@larkfield.example',
        groups: ['shopfloor:merchandising-team'],
      },
      reason: 'try ratings',
      takenOverFrom: ['deployer'],
      outcome: 'applied',
      shares: [
        { subset: 'v1', from: 1, to: 0.9 },
        { subset: 'v2', from: 0, to: 0.1 },
      ],
    });
    const live = await cluster.getRoute();
    expect(live.metadata.resourceVersion).toBe(body.resourceVersionAfter);
    expect(live.spec).toMatchObject({
      http: [{ timeout: '2s', retries: { attempts: 2 } }],
    });
    expect(await liveWeights()).toEqual([90, 10]);
    expect(
      live.metadata.managedFields!.find(
        ({ manager }) => manager === 'shopfloor-traffic',
      ),
    ).toMatchObject({ operation: 'Apply' });
    const { body: view } = await as('ada.okafor').get(ROUTE);
    expect(view.latestChange.id).toBe(body.id);
    expect(createEvent).toHaveBeenCalledWith(
      expect.objectContaining({
        eventId: 'route-change',
        meta: expect.objectContaining({
          changeId: body.id,
          impersonatedUser: 'ben.lindqvist@larkfield.example',
        }),
      }),
    );
    expect(success).toHaveBeenCalledTimes(1);
  });

  it('refuses who does not own the service, with the reason, and writes nothing', async () => {
    const response = await shift('ada.okafor');
    expect(response.status).toBe(403);
    expect(response.body.error.message).toMatch(
      /Only the owners .* Ask group:default\/merchandising-team/,
    );
    expect(await liveWeights()).toEqual([100, 0]);
    expect(success).not.toHaveBeenCalled();
    expect(fail).toHaveBeenCalledWith({
      error: expect.objectContaining({ name: 'NotAllowedError' }),
    });
  });

  it('refuses an environment that is not listed', async () => {
    const { body, status } = await as('ben.lindqvist').post(
      `${ROUTE.replace('production', 'frozen')}/changes`,
      { weights: SHIFT, resourceVersion: '1' },
    );
    expect(status).toBe(403);
    expect(body.error.message).toMatch(/not changed from the portal/);
  });

  it('refuses what another manager owns unless it is taken over explicitly', async () => {
    const { body, status } = await shift('ben.lindqvist', { takeOver: false });
    expect(status).toBe(409);
    expect(body.error.message).toMatch(/managed by deployer; take it over/);
    expect(await liveWeights()).toEqual([100, 0]);
    expect(fail).toHaveBeenCalledTimes(1);
  });

  it('refuses when the route is another than the person saw', async () => {
    const { metadata } = await cluster.getRoute();
    await cluster.patchRoute({ metadata: { labels: { touched: 'yes' } } });
    const { body, status } = await shift('ben.lindqvist', {
      resourceVersion: metadata.resourceVersion,
    });
    expect(status).toBe(409);
    expect(body.error.message).toMatch(/changed since you looked/);
  });

  it('refuses through the version guard when somebody writes between the read and the write', async () => {
    createEvent.mockImplementationOnce(async () => {
      await cluster.patchRoute({ metadata: { labels: { raced: 'yes' } } });
      return { success, fail };
    });
    const { status } = await shift();
    expect(status).toBe(409);
    expect(await liveWeights()).toEqual([100, 0]);
  });

  it('makes one change of a request that is sent twice, and refuses the key for another', async () => {
    const live = await cluster.getRoute();
    const same = { resourceVersion: live.metadata.resourceVersion };
    const first = await shift('ben.lindqvist', same, 'same-key-1');
    const again = await shift('ben.lindqvist', same, 'same-key-1');
    expect(again.body).toEqual(first.body);
    const other = await shift(
      'ben.lindqvist',
      { ...same, reason: 'other' },
      'same-key-1',
    );
    expect(other.status).toBe(409);
    await as('ben.lindqvist')
      .post(`${ROUTE}/changes`, { weights: SHIFT, ...same }, 'short')
      .expect(400, /Idempotency-Key/);
  });

  it('sends only listed groups, and Kubernetes would refuse others', async () => {
    await expect(
      cluster.request({
        token: cluster.trafficToken,
        impersonate: {
          user: 'ben.lindqvist@larkfield.example',
          groups: ['system:masters'],
        },
        path: '/api/v1/namespaces',
      }),
    ).rejects.toThrow(/cannot impersonate resource "groups"/);
    await expect(
      cluster.request({
        token: cluster.trafficToken,
        path: '/api/v1/namespaces',
      }),
    ).rejects.toThrow(/forbidden/);
    const { body } = await shift('emil.haddad');
    expect(body.error.message).toMatch(/emil.haddad@larkfield.example.*cannot/);
  });
});

describe('undoing a change', () => {
  async function undo(change: RouteChange, person: Person = 'ben.lindqvist') {
    return as(person).post(`/api/traffic/changes/${change.id}/undo`);
  }

  it('brings back exactly what was there: spec, labels and annotations', async () => {
    const { body: change } = await shift();
    const preview = await as('ben.lindqvist').post(
      `/api/traffic/changes/${change.id}/undo/preview`,
    );
    expect(preview.body.dryRun).toEqual({ state: 'accepted' });
    expect(preview.body.conflict).toBeUndefined();
    const undone = await undo(change);
    expect(undone.status).toBe(201);
    expect(undone.body).toMatchObject({
      kind: 'undo',
      undoOf: change.id,
      outcome: 'applied',
    });
    expect(snapshotOf(await cluster.getRoute())).toEqual(before);
    const { body } = await as('ada.okafor').get(
      `/api/traffic/changes/${change.id}`,
    );
    expect(body.undoneBy).toBe(undone.body.id);
    expect((await undo(change)).status).toBe(409);
  });

  it('can itself be undone', async () => {
    const { body: change } = await shift();
    const { body: undone } = await undo(change);
    expect((await undo(undone)).status).toBe(201);
    expect(await liveWeights()).toEqual([90, 10]);
  });

  it('refuses when somebody changed the route since, and shows what', async () => {
    const { body: change } = await shift();
    await cluster.patchRoute({ metadata: { annotations: { since: 'now' } } });
    const refused = await undo(change);
    expect(refused.status).toBe(409);
    expect(refused.body.error.message).toMatch(
      /changed by somebody else since/,
    );
    const { body } = await as('ben.lindqvist').post(
      `/api/traffic/changes/${change.id}/undo/preview`,
    );
    expect(body.conflict.diffSince).toContain('+    since: now');
  });

  it('is refused to who does not own the service', async () => {
    const { body: change } = await shift();
    expect((await undo(change, 'ada.okafor')).status).toBe(403);
    expect(await liveWeights()).toEqual([90, 10]);
  });
});

describe('history', () => {
  it('pages latest first', async () => {
    await knex('traffic_changes').delete();
    const { body: first } = await shift();
    const { body: second } = await as('ben.lindqvist').post(
      `/api/traffic/changes/${first.id}/undo`,
    );
    const list = `/api/traffic/changes?entityRef=component:default/products&environment=production&limit=1`;
    const page = await as('ada.okafor').get(list).expect(200);
    expect(page.body.items.map(({ id }: RouteChange) => id)).toEqual([
      second.id,
    ]);
    const next = await as('ada.okafor').get(
      `${list}&cursor=${page.body.nextCursor}`,
    );
    expect(next.body.items.map(({ id }: RouteChange) => id)).toEqual([
      first.id,
    ]);
    expect(next.body.nextCursor).toBeUndefined();
    await as('ada.okafor').get(`${list}&cursor=nonsense`).expect(400);
  });
});

describe('a portal that dies between intent and outcome', () => {
  beforeEach(async () => {
    await knex('traffic_changes').delete();
  });

  async function restartAndRead(): Promise<RouteChange> {
    // The grace of a pending change is over.
    await knex('traffic_changes')
      .where({ outcome: 'pending' })
      .update({ intent_at: new Date(Date.now() - 60_000) });
    createEvent.mockReset().mockResolvedValue({ success, fail });
    await backend.stop();
    backend = await start();
    const path = `/api/traffic/changes?entityRef=component:default/products&limit=1`;
    for (;;) {
      const { body } = await as('ben.lindqvist').get(path);
      if (body.items[0].outcome !== 'pending') return body.items[0];
    }
  }

  it('finds after the start that the change was applied', async () => {
    createEvent.mockImplementationOnce(async () => {
      kubernetes.swallowAnswers();
      return { success, fail };
    });
    const response = await shift();
    kubernetes.passAnswers();
    expect(response.status).toBe(503);
    expect(response.body.error.message).toMatch(/is not known yet/);
    expect(await liveWeights()).toEqual([90, 10]);
    const change = await restartAndRead();
    expect(change.outcome).toBe('applied');
    await as('ben.lindqvist')
      .post(`/api/traffic/changes/${change.id}/undo`)
      .expect(201);
    expect(snapshotOf(await cluster.getRoute())).toEqual(before);
  });

  it('finds after the start that the change never arrived', async () => {
    createEvent.mockImplementationOnce(async () => {
      await kubernetes.cut();
      return { success, fail };
    });
    const response = await shift();
    await kubernetes.open();
    expect(response.status).toBe(503);
    expect((await restartAndRead()).outcome).toBe('not-applied');
  });

  it('does not guess when the route was changed again since', async () => {
    createEvent.mockRejectedValueOnce(new Error('the process died'));
    expect((await shift()).status).toBe(500);
    await cluster.patchRoute({ spec: { gateways: ['istio-system/shop'] } });
    expect((await restartAndRead()).outcome).toBe('unknown');
  });
});

describe('starting', () => {
  it('refuses while permissions are off', async () => {
    await expect(
      startTraffic({
        knex,
        cluster,
        kubernetesUrl: cluster.url,
        prometheusUrl: cluster.url,
        permissionsEnabled: false,
      }),
    ).rejects.toThrow(/refuses to start while permissions are off/);
  });

  it('does not need the cluster', async () => {
    const other = await startTraffic({
      knex,
      cluster,
      kubernetesUrl: 'https://127.0.0.1:1',
      prometheusUrl: 'http://127.0.0.1:1',
    });
    await expect(other.stop()).resolves.toBeUndefined();
  });
});

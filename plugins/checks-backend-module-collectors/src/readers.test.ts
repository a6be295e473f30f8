import { isDeepStrictEqual } from 'util';
import fc from 'fast-check';
import { findCycle } from './catalog/findCycle';
import { compareOpenApi } from './endpoints/compareOpenApi';
import { allowsAnyone, durationSeconds, mtlsMode } from './istio/readMesh';
import { readWorkload } from './kubernetes/readWorkload';
import { alertsOf } from './prometheus/readAlerts';
import { readDockerfile } from './repository/readFolder';

const object = (spec: object) => ({ metadata: { name: 'x' }, spec });

describe('findCycle', () => {
  const find = (edges: Record<string, string[]>, maxNodes = 100) =>
    findCycle({
      start: 'a',
      maxNodes,
      edges: async nodes =>
        new Map(nodes.map(node => [node, edges[node] ?? []])),
    });

  it.each<[Record<string, string[]>, string[] | undefined]>([
    [{}, undefined],
    [{ a: ['a'] }, ['a', 'a']],
    [{ a: ['b'], b: ['a'] }, ['a', 'b', 'a']],
    // The shorter of two ways.
    [{ a: ['b', 'c'], b: ['d'], d: ['a'], c: ['a'] }, ['a', 'c', 'a']],
    // A circle that does not come back to a is somebody else's.
    [{ a: ['b'], b: ['c'], c: ['b'] }, undefined],
  ])('%j', async (edges, expected) => {
    expect(await find(edges)).toEqual(expected);
  });

  it('gives up on what is too large', async () => {
    const chain = Object.fromEntries(
      Array.from({ length: 20 }, (_, n) => [
        n === 0 ? 'a' : `n${n}`,
        [`n${n + 1}`],
      ]),
    );
    expect(await find(chain, 10)).toBe('too-large');
  });
});

describe('mtlsMode', () => {
  const pod = { app: 'orders' };
  const strict = object({ mtls: { mode: 'STRICT' } });
  const bound = (spec: object) =>
    object({ selector: { matchLabels: { app: 'orders' } }, ...spec });

  it.each<[string, any[], any[], string]>([
    ['nothing says otherwise', [], [], 'PERMISSIVE'],
    ['the mesh says it', [], [strict], 'STRICT'],
    [
      'the namespace says more',
      [object({ mtls: { mode: 'DISABLE' } })],
      [strict],
      'DISABLE',
    ],
    [
      'the workload says more',
      [bound({ mtls: { mode: 'PERMISSIVE' } }), strict],
      [strict],
      'PERMISSIVE',
    ],
    [
      'the workload inherits',
      [bound({ mtls: { mode: 'UNSET' } })],
      [strict],
      'STRICT',
    ],
    [
      'the workload opens a port',
      [
        bound({
          mtls: { mode: 'STRICT' },
          portLevelMtls: { 8080: { mode: 'DISABLE' } },
        }),
      ],
      [strict],
      'DISABLE',
    ],
    [
      'a policy is about another workload',
      [
        object({
          selector: { matchLabels: { app: 'cart' } },
          mtls: { mode: 'DISABLE' },
        }),
      ],
      [strict],
      'STRICT',
    ],
  ])('when %s', (_, namespace, root, expected) => {
    expect(mtlsMode({ pod, namespace, root })).toBe(expected);
  });
});

it.each<[object, boolean]>([
  [
    {
      action: 'ALLOW',
      rules: [
        { from: [{ source: { principals: ['cluster.local/ns/a/sa/b'] } }] },
      ],
    },
    false,
  ],
  [{ rules: [{ to: [{ operation: { paths: ['/x'] } }] }] }, true],
  [{ rules: [{}] }, true],
  [{ rules: [{ from: [{ source: { principals: ['*'] } }] }] }, true],
  [{ rules: [{ from: [{ source: { requestPrincipals: ['*'] } }] }] }, true],
  [{ rules: [{ from: [{ source: { namespaces: ['production'] } }] }] }, false],
  // Without a rule nobody is let in; a denial lets nobody in.
  [{ action: 'ALLOW' }, false],
  [{ action: 'DENY', rules: [{}] }, false],
])('a policy %j lets in anyone: %s', (spec, expected) => {
  expect(allowsAnyone(object(spec))).toBe(expected);
});

it.each([
  ['12s', 12],
  ['1m30s', 90],
  ['0.250s', 0.25],
  ['500ms', 0.5],
  [undefined, 0],
])('a duration of %s is %s seconds', (text, seconds) => {
  expect(durationSeconds(text)).toBeCloseTo(seconds, 9);
});

describe('readWorkload', () => {
  const secure = {
    securityContext: {
      readOnlyRootFilesystem: true,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
    },
  };
  const read = (pod: object) =>
    readWorkload(object({ template: { spec: pod } }) as never, {
      name: 'production',
      production: true,
    });

  it('asks every container, and those that run before for what concerns security', () => {
    const pod = {
      securityContext: {
        runAsNonRoot: true,
        seccompProfile: { type: 'RuntimeDefault' },
      },
      containers: [{ ...secure, image: 'a', readinessProbe: {} }],
      initContainers: [{ ...secure, image: 'b' }],
    };
    expect(read(pod)).toMatchObject({
      readinessProbe: true,
      livenessProbe: false,
      runAsNonRoot: true,
      seccomp: true,
      dropsAllCapabilities: true,
      images: ['a', 'b'],
    });
    expect(read({ ...pod, initContainers: [{ image: 'b' }] })).toMatchObject({
      dropsAllCapabilities: false,
      readOnlyRootFilesystem: false,
    });
    expect(
      read({
        ...pod,
        containers: [...pod.containers, { ...secure, image: 'c' }],
      }).readinessProbe,
    ).toBe(false);
    expect(
      read({
        ...pod,
        containers: [{ image: 'a', securityContext: { runAsNonRoot: false } }],
      }).runAsNonRoot,
    ).toBe(false);
  });

  it('knows secrets that are written out from those that are referred to', () => {
    const env = [
      { name: 'DB_PASSWORD', value: 'x' },
      { name: 'API_TOKEN', valueFrom: { secretKeyRef: { name: 's' } } },
      { name: 'LOG_LEVEL', value: 'info' },
      { name: 'PRIVATE_KEY', value: '' },
    ];
    expect(read({ containers: [{ env }] }).literalSecrets).toEqual([
      'DB_PASSWORD',
    ]);
  });

  it('promises nothing of a pod without containers', () => {
    const promised = Object.entries(read({})).filter(
      ([name, value]) =>
        value === true &&
        !['production', 'mountsServiceAccountToken'].includes(name),
    );
    expect(promised).toEqual([]);
  });
});

it.each([
  ['FROM a\nFROM b\nUSER 10\n', { stages: 2, user: '10', runsAsRoot: false }],
  ['FROM a\nUSER 10\nFROM b\n', { stages: 2, user: '', runsAsRoot: true }],
  ['from a\nuser root\n', { stages: 1, user: 'root', runsAsRoot: true }],
  ['FROM a\nUSER 0:0\nUSER 5\n', { stages: 1, user: '5', runsAsRoot: false }],
  ['', { found: false, stages: 0, runsAsRoot: true }],
])('reads of the Dockerfile %j who runs', (text, expected) => {
  expect(readDockerfile(text)).toMatchObject(expected);
});

describe('compareOpenApi', () => {
  it('finds the first place that differs, and cares for neither servers nor order', () => {
    const declared = {
      openapi: '3.1.0',
      paths: { '/a': { get: { tags: ['x', 'y'] } } },
    };
    expect(
      compareOpenApi(declared, {
        servers: [{ url: 'http://x' }],
        paths: { '/a': { get: { tags: ['x', 'y'] } } },
        openapi: '3.1.0',
      }),
    ).toBeUndefined();
    expect(
      compareOpenApi(declared, {
        ...declared,
        paths: { '/a': { get: { tags: ['y', 'x'] } } },
      }),
    ).toBe('/paths//a/get/tags/0');
    expect(compareOpenApi(declared, { ...declared, paths: {} })).toBe(
      '/paths//a',
    );
  });

  it('finds every document equal to itself and to nothing else', () => {
    const document = fc
      .jsonValue({ maxDepth: 3 })
      .map(value => ({ paths: value }));
    fc.assert(
      fc.property(document, document, (a, b) => {
        const [x, y] = [a, b].map(one => JSON.parse(JSON.stringify(one)));
        expect(compareOpenApi(x, structuredClone(x))).toBeUndefined();
        expect(compareOpenApi(x, y) === undefined).toBe(
          isDeepStrictEqual(x, y),
        );
      }),
    );
  });
});

describe('alertsOf', () => {
  const alert = (query: string, labels: Record<string, string> = {}) => ({
    name: 'g',
    rules: [{ type: 'alerting', name: 'A', query, labels }],
  });
  const count = (query: string, labels?: Record<string, string>) =>
    alertsOf([alert(query, labels)], {
      service: 'cart',
      environment: 'production',
    }).length;

  it.each<[string, Record<string, string>, number]>([
    ['x{destination="cart"} > 1', {}, 1],
    ['x{service = "cart"} > 1', {}, 1],
    ['x > 1', { service: 'cart' }, 1],
    ['x{destination="carts"} > 1', {}, 0],
    ['x{source="cart"} > 1', {}, 0],
    ['x{destination="cart",environment="staging"} > 1', {}, 0],
    ['x{destination="cart",environment="production"} > 1', {}, 1],
    ['x > 1', { service: 'cart', environment: 'staging' }, 0],
    ['x > 1', {}, 0],
  ])('%s %j', (query, labels, expected) => {
    expect(count(query, labels)).toBe(expected);
  });

  it('says what an alert lacks', () => {
    const [found] = alertsOf(
      [
        {
          name: 'g',
          rules: [
            {
              type: 'alerting',
              name: 'A',
              query: 'x{service="cart"}',
              health: 'err',
            },
          ],
        },
      ],
      { service: 'cart', environment: 'production' },
    );
    expect(found).toEqual({
      environment: 'production',
      name: 'A',
      group: 'g',
      severity: '',
      runbook: '',
      healthy: false,
    });
  });
});

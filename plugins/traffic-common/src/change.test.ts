import fc from 'fast-check';
import {
  describeShareChanges,
  movedShare,
  shareChanges,
  withHttp,
  withWeights,
  yamlDiff,
} from './change';
import { exampleVirtualService } from './fixtures';
import { foreignManagers, managersOfRoute, yieldingManagers } from './managers';
import { sameSnapshot, snapshotOf } from './snapshot';

const shift = [
  { subset: 'v1', weight: 90 },
  { subset: 'v2', weight: 10 },
];

function changed(weights = shift) {
  const virtualService = exampleVirtualService();
  const before = snapshotOf(virtualService);
  const after = withHttp(before, withWeights(virtualService, weights));
  return { before, after };
}

describe('a change of weights', () => {
  it('sends the complete list: timeouts, retries and headers stay', () => {
    const [route] = withWeights(exampleVirtualService(), shift);
    const [original] = exampleVirtualService().spec.http!;
    expect(route).toEqual({
      ...original,
      route: [
        { ...original.route![0], weight: 90 },
        { ...original.route![1], weight: 10 },
      ],
    });
  });

  it('does not touch the object it was given', () => {
    const virtualService = exampleVirtualService();
    withWeights(virtualService, shift);
    expect(virtualService).toEqual(exampleVirtualService());
  });

  it.each([
    [[{ subset: 'v1', weight: 100 }], /No weight is given for subset 'v2'/],
    [[...shift, { subset: 'v3', weight: 0 }], /no subset 'v3'/],
    [
      [
        { subset: 'v1', weight: 90 },
        { subset: 'v2', weight: 20 },
      ],
      /sum to 110/,
    ],
  ])('refuses %p', (weights, message) => {
    expect(() => withWeights(exampleVirtualService(), weights)).toThrow(
      message,
    );
  });

  it('refuses a route of a form that is not understood', () => {
    const virtualService = exampleVirtualService();
    virtualService.spec.http![0].match = [{ uri: { prefix: '/api' } }];
    expect(() => withWeights(virtualService, shift)).toThrow(
      /only to requests that match/,
    );
  });

  it('says in words and numbers what moves', () => {
    const { before, after } = changed();
    const changes = shareChanges(before, after);
    expect(changes).toEqual([
      { subset: 'v1', from: 1, to: 0.9 },
      { subset: 'v2', from: 0, to: 0.1 },
    ]);
    expect(describeShareChanges(changes)).toBe(
      'v1 gets 90 % of the requests (before: 100 %); v2 gets 10 % of the requests (before: 0 %)',
    );
    expect(movedShare(changes)).toBeCloseTo(0.1);
    expect(describeShareChanges(shareChanges(before, before))).toBe(
      'No share of the requests changes',
    );
  });

  it('shows the YAML lines that differ', () => {
    const { before, after } = changed();
    expect(yamlDiff('products', before, after)).toMatchInlineSnapshot(`
"--- products.yaml	before
+++ products.yaml	after
@@ -19,9 +19,9 @@
             host: products.production.svc.cluster.local
             port:
               number: 8080
             subset: v1
-          weight: 100
+          weight: 90
         - destination:
             host: products.production.svc.cluster.local
             port:
               number: 8080
@@ -29,6 +29,6 @@
           headers:
             response:
               set:
                 x-version: "2"
-          weight: 0
+          weight: 10
       timeout: 2s"
`);
    expect(yamlDiff('products', before, before)).toBe('');
  });

  it('is undone by what was there before, whatever the weights', () => {
    fc.assert(
      fc.property(fc.nat(100), fc.nat(100), (first, second) => {
        const start = changed([
          { subset: 'v1', weight: first },
          { subset: 'v2', weight: 100 - first },
        ]).after;
        const live = { metadata: { name: 'products' }, spec: start.spec };
        const after = withHttp(
          start,
          withWeights(live, [
            { subset: 'v1', weight: second },
            { subset: 'v2', weight: 100 - second },
          ]),
        );
        expect(sameSnapshot(start, after)).toBe(first === second);
        const undone = withHttp(after, start.spec.http!);
        expect(sameSnapshot(undone, start)).toBe(true);
      }),
    );
  });
});

describe('comparing snapshots', () => {
  it('ignores the order of keys and sees labels and annotations', () => {
    const a = snapshotOf(exampleVirtualService());
    const b = { annotations: a.annotations, labels: a.labels, spec: a.spec };
    expect(sameSnapshot(a, b)).toBe(true);
    expect(sameSnapshot(a, { ...a, labels: { app: 'other' } })).toBe(false);
    expect(sameSnapshot(a, { ...a, annotations: {} })).toBe(false);
  });
});

describe('managers of the route', () => {
  it('are those whose managed fields hold spec.http', () => {
    const virtualService = exampleVirtualService();
    virtualService.metadata.managedFields = [
      {
        manager: 'helm',
        operation: 'Apply',
        time: '2026-01-01T00:00:00Z',
        fieldsV1: { 'f:spec': { 'f:http': {}, 'f:hosts': {} } },
      },
      {
        manager: 'labeler',
        operation: 'Update',
        fieldsV1: { 'f:metadata': { 'f:labels': {} } },
      },
      {
        manager: 'istiod',
        operation: 'Update',
        subresource: 'status',
        fieldsV1: { 'f:status': {} },
      },
      {
        manager: 'shopfloor-traffic',
        operation: 'Apply',
        fieldsV1: { 'f:spec': { 'f:http': {} } },
      },
    ];
    const managers = managersOfRoute(virtualService);
    expect(managers.map(({ name }) => name)).toEqual([
      'helm',
      'shopfloor-traffic',
    ]);
    expect(foreignManagers(managers).map(({ name }) => name)).toEqual(['helm']);
  });

  it('hand the route over only when every foreign one is known to yield', () => {
    const manager = (name: string) => ({ name, operation: 'Apply' });
    const yielding = new Set(['deployer']);
    expect(yieldingManagers([manager('deployer')], yielding)).toEqual([
      manager('deployer'),
    ]);
    expect(
      yieldingManagers([manager('deployer'), manager('helm')], yielding),
    ).toEqual([]);
    expect(yieldingManagers([manager('shopfloor-traffic')], yielding)).toEqual(
      [],
    );
  });
});

import { exampleDestinationRule, exampleVirtualService } from './fixtures';
import { VirtualServiceSpec } from './istio';
import { readRoute } from './routeModel';

function read(edit: (spec: VirtualServiceSpec) => void) {
  const virtualService = exampleVirtualService();
  edit(virtualService.spec);
  return readRoute(virtualService, exampleDestinationRule());
}

describe('reading a route', () => {
  it('shows the weighted destinations, their shares and what else the route says', () => {
    expect(
      readRoute(exampleVirtualService(), exampleDestinationRule()),
    ).toEqual({
      hosts: [
        'products.production.svc.cluster.local',
        'production.shop.localhost',
      ],
      gateways: ['mesh', 'istio-system/shop'],
      destinations: [
        {
          subset: 'v1',
          host: 'products.production.svc.cluster.local',
          weight: 100,
          share: 1,
          labels: { version: 'v1' },
        },
        {
          subset: 'v2',
          host: 'products.production.svc.cluster.local',
          weight: 0,
          share: 0,
          labels: { version: 'v2' },
        },
      ],
      unroutedSubsets: [],
      keeps: ['retries', 'timeout'],
    });
  });

  it('reads weights that do not sum to 100 as shares', () => {
    const { destinations, refusal } = read(spec => {
      spec.http![0].route![0].weight = 1;
      spec.http![0].route![1].weight = 7;
    });
    expect(destinations.map(({ share }) => share)).toEqual([0.125, 0.875]);
    expect(refusal).toBeUndefined();
  });

  it('names subsets that the route leaves out', () => {
    const rule = exampleDestinationRule();
    rule.spec.subsets!.push({ name: 'v3' });
    expect(readRoute(exampleVirtualService(), rule).unroutedSubsets).toEqual([
      'v3',
    ]);
  });

  it.each<[string, (spec: VirtualServiceSpec) => void]>([
    ['no-http-route', spec => delete spec.http],
    ['several-http-routes', spec => spec.http!.push(spec.http![0])],
    ['not-http', spec => (spec.tcp = [{}])],
    [
      'has-match',
      spec => (spec.http![0].match = [{ uri: { prefix: '/api' } }]),
    ],
    [
      'not-weighted',
      spec => {
        delete spec.http![0].route;
        spec.http![0].redirect = { uri: '/' };
      },
    ],
    [
      'different-hosts',
      spec => (spec.http![0].route![1].destination!.host = 'other'),
    ],
    ['no-subset', spec => delete spec.http![0].route![1].destination!.subset],
    [
      'duplicate-subset',
      spec => (spec.http![0].route![1].destination!.subset = 'v1'),
    ],
    [
      'unknown-subset',
      spec => (spec.http![0].route![1].destination!.subset = 'v9'),
    ],
    ['single-subset', spec => spec.http![0].route!.pop()],
  ])('refuses to change a route with %s', (code, edit) => {
    expect(read(edit).refusal).toMatchObject({ code });
  });

  it('refuses to change a route whose subsets nobody defines', () => {
    expect(readRoute(exampleVirtualService()).refusal).toMatchObject({
      code: 'no-destination-rule',
    });
  });
});

import { judgeProxies, sentRoutes } from './judgeProxies';

const TYPE = 'type.googleapis.com/envoy.config.route.v3.RouteConfiguration';
const proxy = (
  name: string,
  sent: string,
  acked = sent,
  lastError?: string,
) => ({
  proxy: name,
  route_sent: sent,
  route_acked: acked,
  resources: { [TYPE]: { ...(lastError && { lastError }) } },
});

describe('whether the proxies took new routes over', () => {
  const before = sentRoutes([
    proxy('gateway', 'a1'),
    proxy('cart', 'b1'),
    proxy('orders', 'c1'),
  ]);

  it.each([
    ['nothing was sent yet', [proxy('gateway', 'a1')], { state: 'waiting' }],
    [
      'one has not answered',
      [proxy('gateway', 'a2'), proxy('cart', 'b2', 'b1')],
      { state: 'waiting' },
    ],
    [
      'all that got new ones answered; the rest do not call the service',
      [proxy('gateway', 'a2'), proxy('cart', 'b2'), proxy('orders', 'c1')],
      { state: 'effective', proxies: 2 },
    ],
    [
      'a proxy that came since does not count',
      [proxy('new', 'd1')],
      { state: 'waiting' },
    ],
    [
      'one refused',
      [proxy('gateway', 'a2', 'a1', 'bad route'), proxy('cart', 'b2')],
      { state: 'rejected', message: 'gateway: bad route' },
    ],
  ])('%s', (_, now, expected) => {
    expect(judgeProxies(before, now)).toEqual(expected);
  });
});

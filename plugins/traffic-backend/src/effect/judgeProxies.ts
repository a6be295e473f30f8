import { ChangeEffect } from '@shopfloor/plugin-traffic-common';

const ROUTE_TYPE =
  'type.googleapis.com/envoy.config.route.v3.RouteConfiguration';

/** One entry of istiod's `/debug/syncz`. */
export interface ProxySync {
  proxy?: string;
  route_sent?: string;
  route_acked?: string;
  resources?: Record<string, { lastError?: string }>;
}

/** The nonce of the routes that each proxy was last sent. */
export type SentRoutes = Map<string, string>;

export function sentRoutes(proxies: ProxySync[]): SentRoutes {
  return new Map(
    proxies.map(({ proxy, route_sent }) => [proxy ?? '', route_sent ?? '']),
  );
}

/**
 * Compares what the proxies have with what they had before the write. Nonces are compared, not times: the clocks of
 * istiod and the portal need not agree. Waiting until at least one known proxy was sent new routes, and every one of
 * them acknowledged.
 */
export function judgeProxies(
  before: SentRoutes,
  now: ProxySync[],
): Pick<ChangeEffect, 'state' | 'proxies' | 'message'> {
  const changed = now.filter(
    ({ proxy, route_sent }) =>
      before.has(proxy ?? '') &&
      (route_sent ?? '') !== '' &&
      before.get(proxy ?? '') !== route_sent,
  );
  for (const { proxy, resources } of changed) {
    const message = resources?.[ROUTE_TYPE]?.lastError;
    if (message) {
      return { state: 'rejected', message: `${proxy}: ${message}` };
    }
  }
  const acknowledged = changed.every(
    ({ route_sent, route_acked }) => route_sent === route_acked,
  );
  return changed.length > 0 && acknowledged
    ? { state: 'effective', proxies: changed.length }
    : { state: 'waiting' };
}

import { useApi } from '@backstage/frontend-plugin-api';
import { RouteView } from '@shopfloor/plugin-traffic-common';
import { trafficApiRef } from '../api';
import { Polled, usePolled } from './usePolled';

/** The live route of a service in an environment, renewed about every second. */
export function useRouteView(options: {
  environment: string | undefined;
  entityRef: string;
  everyMs?: number;
}): Polled<RouteView> {
  const api = useApi(trafficApiRef);
  const { environment, entityRef, everyMs = 1000 } = options;
  return usePolled({
    key: `${environment} ${entityRef}`,
    everyMs,
    enabled: environment !== undefined,
    load: () => api.getRoute({ environment: environment!, entityRef }),
  });
}

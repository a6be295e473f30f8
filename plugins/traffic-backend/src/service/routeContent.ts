import { TrailSchema } from '@shopfloor/plugin-audit-node';
import { readRoute } from '@shopfloor/plugin-traffic-common';
import { RouteSnapshot } from '../database/TrafficStore';

/** Of a route the audit keeps weights; headers and whatever else the object says stay out of it. */
export const ROUTE_SCHEMA: TrailSchema = {
  fields: {
    weights: { items: { fields: { subset: 'keep', weight: 'keep' } } },
  },
};

/** A route as the audit has it. */
export function routeContent({ spec }: RouteSnapshot) {
  const { destinations } = readRoute({ metadata: { name: '' }, spec });
  return {
    weights: destinations.map(({ subset, weight }) => ({ subset, weight })),
  };
}

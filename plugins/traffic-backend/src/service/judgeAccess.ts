import { RouteAccess, RouteRefusal } from '@shopfloor/plugin-traffic-common';
import { TrafficEnvironmentConfig } from '../config';

export interface JudgeAccessOptions {
  /** What the permission policy says about `traffic.route.update`. */
  permitted: boolean;
  entityRef: string;
  environment: string;
  /** Absent: nobody changes routes in this environment. */
  rule?: TrafficEnvironmentConfig;
  ownershipEntityRefs: string[];
  owner?: string;
  refusal?: RouteRefusal;
}

/** All of it has to agree; the first reason against is the one that is told. */
export function judgeAccess(options: JudgeAccessOptions): RouteAccess {
  const { permitted, entityRef, environment, rule, refusal } = options;
  const owner = options.owner ? [options.owner] : [];
  if (!permitted) {
    return {
      allowed: false,
      code: 'not-permitted',
      reason: `Only the owners of ${entityRef} and the platform team may change its traffic`,
      ask: owner,
    };
  }
  if (!rule) {
    return {
      allowed: false,
      code: 'environment-closed',
      reason: `Traffic in '${environment}' is not changed from the portal; it is not listed in traffic.environments`,
      ask: [],
    };
  }
  const mine = options.ownershipEntityRefs.map(ref =>
    ref.toLocaleLowerCase('en-US'),
  );
  if (rule.groups && !rule.groups.some(group => mine.includes(group))) {
    return {
      allowed: false,
      code: 'environment-group',
      reason: `Traffic in '${environment}' is changed by certain groups only`,
      ask: rule.groups,
    };
  }
  if (refusal) {
    return {
      allowed: false,
      code: 'route-not-editable',
      reason: refusal.message,
      ask: owner,
    };
  }
  return { allowed: true, ask: [] };
}

import { DestinationRule, HttpRoute, VirtualService } from './istio';
import { sharesOf } from './weights';

/** Why a route is shown but cannot be changed here. @public */
export type RouteRefusalCode =
  | 'no-http-route'
  | 'several-http-routes'
  | 'not-http'
  | 'has-match'
  | 'not-weighted'
  | 'different-hosts'
  | 'no-subset'
  | 'duplicate-subset'
  | 'single-subset'
  | 'no-destination-rule'
  | 'unknown-subset';

/** @public */
export interface RouteRefusal {
  code: RouteRefusalCode;
  /** What was met, in English; the code is what translations use. */
  message: string;
  /** What was met, for a translated sentence. */
  detail?: string;
}

/** One destination of the weighted route. @public */
export interface RouteDestination {
  subset: string;
  host: string;
  /** As it stands in the object; Istio reads an absent weight of a single destination as all. */
  weight: number;
  /** Part of the sum of the weights, 0 to 1. */
  share: number;
  /** Labels of the pods in the subset, from the DestinationRule. */
  labels?: Record<string, string>;
}

/** A route as people see it. @public */
export interface RouteModel {
  hosts: string[];
  gateways: string[];
  /** The weighted destinations; empty when the route has another form. */
  destinations: RouteDestination[];
  /** Subsets of the DestinationRule that the route does not name. */
  unroutedSubsets: string[];
  /** Other fields of the http route that stay as they are, for example `timeout` or `retries`. */
  keeps: string[];
  /** Present when the weights cannot be changed here; the route is then shown read-only. */
  refusal?: RouteRefusal;
}

/**
 * Reads the weighted route out of a VirtualService, and refuses, with the reason, each form that this plugin does not
 * fully understand: changing part of such an object could move requests that nobody meant to move.
 *
 * @public
 */
export function readRoute(
  virtualService: VirtualService,
  destinationRule?: DestinationRule,
): RouteModel {
  const { spec } = virtualService;
  const http = spec.http ?? [];
  const subsets = destinationRule?.spec.subsets ?? [];
  const labels = new Map(subsets.map(({ name, labels: l }) => [name, l]));
  const first = http.length === 1 ? http[0] : undefined;
  const routes = first?.route ?? [];
  const weights = routes.map(({ weight }) =>
    routes.length === 1 && weight === undefined ? 100 : (weight ?? 0),
  );
  const shares = sharesOf(weights);
  const destinations = routes.map(({ destination }, index) => {
    const subset = destination?.subset ?? '';
    const subsetLabels = labels.get(subset);
    return {
      subset,
      host: destination?.host ?? '',
      weight: weights[index],
      share: shares[index],
      ...(subsetLabels && { labels: subsetLabels }),
    };
  });
  const named = new Set(destinations.map(({ subset }) => subset));
  const refused = refuse(virtualService, destinations, destinationRule);
  return {
    hosts: spec.hosts ?? [],
    // Istio: no gateways means the mesh alone.
    gateways: spec.gateways ?? ['mesh'],
    destinations,
    unroutedSubsets: subsets
      .map(({ name }) => name)
      .filter(name => first && !named.has(name)),
    keeps: first ? keptFields(first) : [],
    ...(refused && { refusal: refused }),
  };
}

function keptFields(route: HttpRoute): string[] {
  return Object.keys(route)
    .filter(field => field !== 'route')
    .sort();
}

function refuse(
  virtualService: VirtualService,
  destinations: RouteDestination[],
  destinationRule: DestinationRule | undefined,
): RouteRefusal | undefined {
  const { spec } = virtualService;
  const http = spec.http ?? [];
  if (spec.tcp?.length || spec.tls?.length) {
    return refusal('not-http', 'The route also has tcp or tls rules');
  }
  if (http.length === 0) {
    return refusal('no-http-route', 'The route has no http rule');
  }
  if (http.length > 1) {
    return refusal(
      'several-http-routes',
      `The route has ${http.length} http rules; only a single one can be weighted here`,
      String(http.length),
    );
  }
  const [route] = http;
  if (route.match?.length) {
    return refusal(
      'has-match',
      'The route applies only to requests that match conditions',
    );
  }
  const other = ['redirect', 'directResponse', 'delegate'].find(
    field => route[field] !== undefined,
  );
  if (other || destinations.length === 0) {
    return refusal(
      'not-weighted',
      other
        ? `The route is a ${other}, not a choice between versions`
        : 'The route names no destination',
      other,
    );
  }
  const hosts = new Set(destinations.map(({ host }) => host));
  if (hosts.size > 1) {
    return refusal(
      'different-hosts',
      `The route sends to different hosts: ${[...hosts].join(', ')}`,
      [...hosts].join(', '),
    );
  }
  if (destinations.some(({ subset }) => subset === '')) {
    return refusal('no-subset', 'A destination of the route names no subset');
  }
  return refuseSubsets(destinations, destinationRule);
}

function refuseSubsets(
  destinations: RouteDestination[],
  destinationRule: DestinationRule | undefined,
): RouteRefusal | undefined {
  const names = destinations.map(({ subset }) => subset);
  const duplicate = names.find((name, i) => names.indexOf(name) !== i);
  if (duplicate !== undefined) {
    return refusal(
      'duplicate-subset',
      `The route names subset '${duplicate}' twice`,
      duplicate,
    );
  }
  if (!destinationRule) {
    return refusal(
      'no-destination-rule',
      'No DestinationRule of this service says which pods a subset is',
    );
  }
  const known = new Set(
    (destinationRule.spec.subsets ?? []).map(({ name }) => name),
  );
  const unknown = names.find(name => !known.has(name));
  if (unknown !== undefined) {
    return refusal(
      'unknown-subset',
      `The route names subset '${unknown}', which the DestinationRule does not have`,
      unknown,
    );
  }
  return names.length === 1
    ? refusal(
        'single-subset',
        `The route has one destination, '${names[0]}'; there is nothing to choose between`,
        names[0],
      )
    : undefined;
}

function refusal(
  code: RouteRefusalCode,
  message: string,
  detail?: string,
): RouteRefusal {
  return { code, message, ...(detail !== undefined && { detail }) };
}

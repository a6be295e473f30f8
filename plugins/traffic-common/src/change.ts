import { InputError } from '@backstage/errors';
import { createPatch } from 'diff';
import { stringify } from 'yaml';
import { HttpRoute, VirtualService, VirtualServiceSpec } from './istio';
import { readRoute } from './routeModel';
import { ObjectSnapshot, sortKeys } from './snapshot';
import { SubsetWeight, explainInvalidWeights } from './weights';

/** How the share of one subset changes. @public */
export interface ShareChange {
  subset: string;
  /** Share before, 0 to 1. */
  from: number;
  /** Share after, 0 to 1. */
  to: number;
}

/**
 * The complete `spec.http` with other weights. Everything else stays as it is, since Kubernetes replaces this list as a
 * whole.
 *
 * @throws InputError when the route is not one we change, or the weights do not name each of its subsets once
 * @public
 */
export function withWeights(
  virtualService: VirtualService,
  weights: readonly SubsetWeight[],
): HttpRoute[] {
  const { refusal, destinations } = readRouteForChange(virtualService);
  if (refusal) {
    throw new InputError(`${refusal}; change it where it is defined`);
  }
  const invalid = explainInvalidWeights(weights);
  if (invalid) {
    throw new InputError(invalid);
  }
  const wanted = new Map(weights.map(({ subset, weight }) => [subset, weight]));
  const missing = destinations.find(subset => !wanted.has(subset));
  if (missing !== undefined) {
    throw new InputError(`No weight is given for subset '${missing}'`);
  }
  if (wanted.size > destinations.length) {
    const extra = [...wanted.keys()].find(name => !destinations.includes(name));
    throw new InputError(`The route has no subset '${extra}'`);
  }
  const [route] = structuredClone(virtualService.spec.http!);
  return [
    {
      ...route,
      route: route.route!.map(entry => ({
        ...entry,
        weight: wanted.get(entry.destination!.subset!)!,
      })),
    },
  ];
}

/** The snapshot with its `spec.http` replaced. @public */
export function withHttp(
  snapshot: ObjectSnapshot<VirtualServiceSpec>,
  http: HttpRoute[],
): ObjectSnapshot<VirtualServiceSpec> {
  return structuredClone({ ...snapshot, spec: { ...snapshot.spec, http } });
}

/**
 * How shares move between two states of a route, in the order of the later one. Subsets that keep their share are left
 * out.
 *
 * @public
 */
export function shareChanges(
  before: ObjectSnapshot<VirtualServiceSpec>,
  after: ObjectSnapshot<VirtualServiceSpec>,
): ShareChange[] {
  const from = sharesBySubset(before);
  const to = sharesBySubset(after);
  return [...new Set([...to.keys(), ...from.keys()])]
    .map(subset => ({
      subset,
      from: from.get(subset) ?? 0,
      to: to.get(subset) ?? 0,
    }))
    .filter(change => Math.abs(change.to - change.from) > 1e-9);
}

/**
 * The change in plain English words, for logs, audit and readers of the API: "v2 gets 10 % of the requests (before: 0 %)".
 *
 * @public
 */
export function describeShareChanges(changes: readonly ShareChange[]): string {
  if (changes.length === 0) {
    return 'No share of the requests changes';
  }
  return changes
    .map(
      ({ subset, from, to }) =>
        `${subset} gets ${percent(to)} of the requests (before: ${percent(
          from,
        )})`,
    )
    .join('; ');
}

/** The part of all requests that goes elsewhere than before, 0 to 1. @public */
export function movedShare(changes: readonly ShareChange[]): number {
  return changes.reduce((sum, { from, to }) => sum + Math.max(0, to - from), 0);
}

/**
 * Unified diff of two snapshots as YAML, keys sorted; empty when they say the same.
 *
 * @public
 */
export function yamlDiff(
  name: string,
  before: ObjectSnapshot,
  after: ObjectSnapshot,
): string {
  const [from, to] = [snapshotYaml(before), snapshotYaml(after)];
  if (from === to) {
    return '';
  }
  const patch = createPatch(`${name}.yaml`, from, to, 'before', 'after', {
    context: 4,
  });
  return patch
    .split('\n')
    .filter(line => !/^(Index: |=+$|\\ No newline)/.test(line))
    .join('\n')
    .trimEnd();
}

/** A snapshot as YAML, keys sorted. @public */
export function snapshotYaml({
  spec,
  labels,
  annotations,
}: ObjectSnapshot): string {
  return stringify(sortKeys({ metadata: { labels, annotations }, spec }), {
    lineWidth: 0,
  });
}

function sharesBySubset(
  snapshot: ObjectSnapshot<VirtualServiceSpec>,
): Map<string, number> {
  const route = readRoute({ metadata: { name: '' }, spec: snapshot.spec });
  return new Map(
    route.destinations.map(({ subset, share }) => [subset, share]),
  );
}

function readRouteForChange(virtualService: VirtualService): {
  refusal?: string;
  destinations: string[];
} {
  const { refusal, destinations } = readRoute(virtualService);
  // Which subsets exist is the DestinationRule's question and asked where that object is at hand.
  const own =
    refusal && !['no-destination-rule', 'single-subset'].includes(refusal.code);
  return {
    ...(own && { refusal: refusal.message }),
    destinations: destinations.map(({ subset }) => subset),
  };
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`;
}

import { KubernetesObject } from '../kubernetes/ClusterReader';

/** The namespace whose policies hold for the whole mesh. */
export const ROOT_NAMESPACE = 'istio-system';

type Labels = Record<string, string>;

/** Whether a selector of Istio picks pods with these labels; none picks all. */
function selects(selector: { matchLabels?: Labels } | undefined, pod: Labels) {
  return Object.entries(selector?.matchLabels ?? {}).every(
    ([label, value]) => pod[label] === value,
  );
}

/**
 * How strictly pods are spoken to: the policy of the workload, else of the namespace, else of the mesh. `UNSET` inherits;
 * without any policy Istio is PERMISSIVE. A port that is opened makes it `PERMISSIVE` or `DISABLE` as that port is.
 */
export function mtlsMode(options: {
  pod: Labels;
  namespace: KubernetesObject[];
  root: KubernetesObject[];
}): string {
  const { pod, namespace, root } = options;
  const modeOf = (policies: KubernetesObject[]) =>
    policies
      .map(({ spec }) => spec?.mtls?.mode as string | undefined)
      .find(mode => mode && mode !== 'UNSET');
  const bound = namespace.filter(
    ({ spec }) =>
      Object.keys(spec?.selector?.matchLabels ?? {}).length > 0 &&
      selects(spec.selector, pod),
  );
  const open = bound
    .flatMap(({ spec }) => Object.values<any>(spec?.portLevelMtls ?? {}))
    .map(({ mode }) => String(mode))
    .find(mode => mode !== 'STRICT' && mode !== 'UNSET');
  const wide = (policies: KubernetesObject[]) =>
    policies.filter(
      ({ spec }) => Object.keys(spec?.selector?.matchLabels ?? {}).length === 0,
    );
  return (
    open ??
    modeOf(bound) ??
    modeOf(wide(namespace)) ??
    modeOf(wide(root)) ??
    'PERMISSIVE'
  );
}

/** Policies of a namespace that decide about pods with these labels. */
export function policiesOf(
  pod: Labels,
  policies: KubernetesObject[],
): KubernetesObject[] {
  return policies.filter(({ spec }) => selects(spec?.selector, pod));
}

/**
 * Whether a policy that allows lets in callers without saying who: a rule without a source, or with `*` as its principal.
 */
export function allowsAnyone({ spec }: KubernetesObject): boolean {
  if ((spec?.action ?? 'ALLOW') !== 'ALLOW') {
    return false;
  }
  return (spec?.rules ?? []).some(
    (rule: any) =>
      !rule.from?.length ||
      rule.from.some(({ source }: any) => {
        const principals: string[] = source?.principals ?? [];
        return principals.length === 0
          ? !source?.namespaces?.length &&
              !source?.ipBlocks?.length &&
              !source?.serviceAccounts?.length
          : principals.includes('*');
      }),
  );
}

/** Principals that a policy names. */
export function principalsOf({ spec }: KubernetesObject): string[] {
  return [
    ...new Set<string>(
      (spec?.rules ?? []).flatMap((rule: any) =>
        (rule.from ?? []).flatMap(({ source }: any) => [
          ...(source?.principals ?? []),
          ...(source?.serviceAccounts ?? []),
        ]),
      ),
    ),
  ].sort();
}

/** Seconds of a duration such as `1m30s`; 0 for none. */
export function durationSeconds(text: string | undefined): number {
  const units: Record<string, number> = { h: 3600, m: 60, s: 1, ms: 0.001 };
  return [...(text ?? '').matchAll(/(\d+(?:\.\d+)?)(ms|h|m|s)/g)].reduce(
    (sum, [, number, unit]) => sum + Number(number) * units[unit],
    0,
  );
}

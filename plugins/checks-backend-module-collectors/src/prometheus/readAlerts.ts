/** A rule group as Prometheus's API gives it. */
export interface RuleGroup {
  name: string;
  rules: Array<{
    type: string;
    name: string;
    query: string;
    health?: string;
    lastError?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  }>;
}

/** Labels by which rules say which service they are about. */
const SERVICE_LABELS = ['service', 'destination'];

/**
 * The alerts about a service: those that carry its name in a label, or whose expression selects it by one. A rule about another
 * environment, or about all services at once, is not one of them.
 */
export function alertsOf(
  groups: RuleGroup[],
  of: { service: string; environment: string },
) {
  return groups.flatMap(group =>
    group.rules
      .filter(
        ({ type, query, labels }) =>
          type === 'alerting' && isAbout(query, labels ?? {}, of),
      )
      .map(({ name, labels, annotations, health, lastError }) => ({
        environment: of.environment,
        name,
        group: group.name,
        severity: labels?.severity ?? '',
        runbook:
          annotations?.runbook_url ??
          annotations?.runbook ??
          labels?.runbook ??
          '',
        healthy: health !== 'err' && !lastError,
      })),
  );
}

function isAbout(
  query: string,
  labels: Record<string, string>,
  { service, environment }: { service: string; environment: string },
): boolean {
  const selected = (label: string) =>
    [...query.matchAll(new RegExp(`\\b${label}\\s*=\\s*"([^"]*)"`, 'g'))].map(
      ([, value]) => value,
    );
  const environments = [labels.environment, ...selected('environment')].filter(
    value => value !== undefined,
  );
  return (
    (environments.length === 0 || environments.includes(environment)) &&
    SERVICE_LABELS.some(
      label => labels[label] === service || selected(label).includes(service),
    )
  );
}

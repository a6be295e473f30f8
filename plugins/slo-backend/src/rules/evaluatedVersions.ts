import { Environment } from '@shopfloor/plugin-environments-common';
import { SLO_RULES_SERIES } from '@shopfloor/plugin-slo-common';
import { PrometheusClients } from '../evaluation/PrometheusClients';

/** Versions of the rules of an environment that its Prometheus evaluates: it records them itself. */
export async function evaluatedVersions(
  clients: PrometheusClients,
  environment: Environment,
): Promise<string[]> {
  const samples = await clients
    .of(environment)
    .query(
      `${SLO_RULES_SERIES}{environment=${JSON.stringify(environment.name)}}`,
    );
  return samples.flatMap(({ labels }) => labels.version ?? []);
}

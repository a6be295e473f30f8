import { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { Cluster, Environment, EnvironmentSummary } from './types';

const NAME = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * Reads the environments as the browser sees them: only names, titles, marks and gateways are visible there.
 *
 * @param config - the root configuration
 * @public
 */
export function readEnvironmentSummaries(config: Config): EnvironmentSummary[] {
  const environments = config
    .getOptionalConfigArray('shopfloor.environments')
    ?.map(readSummary);
  return unique('shopfloor.environments', environments ?? []);
}

/**
 * Reads `shopfloor.clusters` and `shopfloor.environments` completely.
 *
 * @param config - the root configuration
 * @throws InputError or a configuration error that names the key, when a value is missing, malformed or names nothing
 * @public
 */
export function readEnvironments(config: Config): Environment[] {
  const clusters = new Map(
    unique(
      'shopfloor.clusters',
      (config.getOptionalConfigArray('shopfloor.clusters') ?? []).map(
        readCluster,
      ),
    ).map(cluster => [cluster.name, cluster]),
  );
  const entries = config.getConfigArray('shopfloor.environments');
  if (entries.length === 0) {
    throw new InputError(
      'shopfloor.environments is empty; declare at least one environment',
    );
  }
  return unique(
    'shopfloor.environments',
    entries.map((entry, index) => readEnvironment(entry, index, clusters)),
  );
}

function readEnvironment(
  config: Config,
  index: number,
  clusters: Map<string, Cluster>,
): Environment {
  const summary = readSummary(config, index);
  const where = `shopfloor.environments '${summary.name}'`;
  const clusterName = config.getString('cluster');
  const cluster = clusters.get(clusterName);
  if (!cluster) {
    throw new InputError(
      `${where} names cluster '${clusterName}', which shopfloor.clusters does not declare`,
    );
  }
  const evaluationIntervalSeconds =
    config.getOptionalNumber('prometheus.evaluationIntervalSeconds') ?? 60;
  if (!(evaluationIntervalSeconds > 0)) {
    throw new InputError(
      `${where}: prometheus.evaluationIntervalSeconds must be more than 0`,
    );
  }
  const mount = config.getOptionalString('vault.mount');
  return {
    ...summary,
    cluster,
    namespace: readName(
      config.getOptionalString('namespace') ?? summary.name,
      `${where}: namespace`,
    ),
    prometheus: {
      url: readUrl(config.getString('prometheus.url'), `${where}: prometheus`),
      evaluationIntervalSeconds,
    },
    ...(mount !== undefined && { vault: { mount } }),
  };
}

function readSummary(config: Config, index: number): EnvironmentSummary {
  const name = readName(
    config.getString('name'),
    `shopfloor.environments[${index}].name`,
  );
  const gateway = config.getOptionalString('gateway.url');
  return {
    name,
    title: config.getOptionalString('title') ?? name,
    production: config.getOptionalBoolean('production') ?? false,
    ...(gateway !== undefined && {
      gateway: {
        url: readUrl(gateway, `shopfloor.environments '${name}': gateway`),
      },
    }),
  };
}

function readCluster(config: Config, index: number): Cluster {
  const name = readName(
    config.getString('name'),
    `shopfloor.clusters[${index}].name`,
  );
  const caData = config.getOptionalString('caData');
  return {
    name,
    url: readUrl(config.getString('url'), `shopfloor.clusters '${name}'`),
    ...(caData !== undefined && { caData }),
  };
}

function readName(name: string, where: string): string {
  if (!NAME.test(name)) {
    throw new InputError(
      `${where} '${name}' is not a name; use lower-case letters, digits and hyphens, 63 at most`,
    );
  }
  return name;
}

function readUrl(value: string, where: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol)) {
    throw new InputError(`${where}: url '${value}' is not an http(s) address`);
  }
  if (url.username || url.password) {
    throw new InputError(
      `${where}: an address must not carry credentials; configure them apart`,
    );
  }
  return value.replace(/\/+$/, '');
}

function unique<T extends { name: string }>(key: string, items: T[]): T[] {
  const seen = new Set<string>();
  for (const { name } of items) {
    if (seen.has(name)) {
      throw new InputError(`${key} declares '${name}' twice`);
    }
    seen.add(name);
  }
  return items;
}

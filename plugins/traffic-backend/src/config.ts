import { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { Environment } from '@shopfloor/plugin-environments-common';

/** `traffic` of the configuration. */
export interface TrafficConfig {
  clusters: Map<string, TrafficClusterConfig>;
  /** By name; one that is absent is read-only. */
  environments: Map<string, TrafficEnvironmentConfig>;
  /** Names of catalog groups that may be impersonated. */
  impersonationGroups: ReadonlySet<string>;
  /** Field managers that leave a route alone once somebody else manages it. */
  yieldingManagers: ReadonlySet<string>;
}

export interface TrafficClusterConfig {
  name: string;
  token: string;
  istiodUrl?: string;
}

export interface TrafficEnvironmentConfig {
  name: string;
  /** Entity refs in lower case. */
  groups?: string[];
  /** A step forward of more than so many percentage points of the requests asks through approvals; absent: none does. */
  approvalAbovePercent?: number;
  /** Absent: the release gate is not asked. */
  releaseGate?: ReleaseGateRule;
}

/** What a step forward does when the release gate keeps it back: it is not made, it asks through approvals, or it is said. */
export type GateEffect = 'refuse' | 'ask' | 'tell';

export interface ReleaseGateRule {
  freeze: GateEffect;
  unknown: GateEffect;
  /** Percentage points; steps above it are advised against while releases slow down. */
  advisedStepPercent: number;
}

/** Of environments marked as production, when nothing is configured. */
const PRODUCTION_APPROVAL_ABOVE_PERCENT = 20;

/** Of environments marked as production, when nothing is configured. */
const PRODUCTION_GATE: ReleaseGateRule = {
  freeze: 'ask',
  unknown: 'ask',
  advisedStepPercent: 5,
};

const GATE_EFFECTS: GateEffect[] = ['refuse', 'ask', 'tell'];

/** What stands before a group's name in Kubernetes, so that no catalog group can be one of Kubernetes's own. */
export const KUBERNETES_GROUP_PREFIX = 'shopfloor:';

const GROUP_NAME = /^[a-z0-9][a-z0-9._-]*$/i;

/**
 * Reads and checks `traffic`.
 *
 * @throws a configuration error or InputError that names the key
 */
export function readTrafficConfig(
  config: Config,
  environments: Environment[],
): TrafficConfig {
  const clusters = new Map(
    config
      .getConfigArray('traffic.clusters')
      .map(readCluster)
      .map(cluster => [cluster.name, cluster]),
  );
  for (const { name, cluster } of environments) {
    if (!clusters.has(cluster.name)) {
      throw new InputError(
        `traffic.clusters has no '${cluster.name}', the cluster of environment '${name}'`,
      );
    }
  }
  const known = new Set(environments.map(({ name }) => name));
  const production = new Set(
    environments.filter(each => each.production).map(({ name }) => name),
  );
  const changeable = config
    .getConfigArray('traffic.environments')
    .map(item => readEnvironment(item, production));
  const unknown = changeable.find(({ name }) => !known.has(name));
  if (unknown) {
    throw new InputError(
      `traffic.environments names '${unknown.name}', which shopfloor.environments does not declare`,
    );
  }
  const groups = config.getStringArray('traffic.impersonation.groups');
  const wrong = groups.find(group => !GROUP_NAME.test(group));
  if (wrong !== undefined) {
    throw new InputError(
      `traffic.impersonation.groups: '${wrong}' is not the name of a group; give names of the catalog such as 'platform-team'`,
    );
  }
  return {
    clusters,
    environments: new Map(changeable.map(item => [item.name, item])),
    impersonationGroups: new Set(groups),
    yieldingManagers: new Set(
      config.getOptionalStringArray('traffic.yieldingManagers') ?? [],
    ),
  };
}

function readCluster(config: Config): TrafficClusterConfig {
  const istiodUrl = config.getOptionalString('istiodUrl')?.replace(/\/+$/, '');
  return {
    name: config.getString('name'),
    token: config.getString('token'),
    ...(istiodUrl && { istiodUrl }),
  };
}

function readEnvironment(
  config: Config,
  production: ReadonlySet<string>,
): TrafficEnvironmentConfig {
  const name = config.getString('name');
  const groups = config
    .getOptionalStringArray('groups')
    ?.map(ref => ref.toLocaleLowerCase('en-US'));
  const given = config.getOptional('approvalAbovePercent');
  if (
    given !== undefined &&
    given !== 'never' &&
    !(typeof given === 'number' && given >= 0 && given <= 100)
  ) {
    throw new InputError(
      `traffic.environments: approvalAbovePercent of '${name}' must be a number from 0 to 100, or never`,
    );
  }
  const above =
    given ??
    (production.has(name) ? PRODUCTION_APPROVAL_ABOVE_PERCENT : 'never');
  return {
    name,
    ...(groups && { groups }),
    ...(typeof above === 'number' && { approvalAbovePercent: above }),
    ...readGate(config, { name, production: production.has(name) }),
  };
}

function readGate(
  config: Config,
  { name, production }: { name: string; production: boolean },
): Pick<TrafficEnvironmentConfig, 'releaseGate'> {
  const given = config.getOptional('releaseGate');
  if (given === undefined) {
    return production ? { releaseGate: PRODUCTION_GATE } : {};
  }
  if (given === 'never') {
    return {};
  }
  const at = `traffic.environments: releaseGate of '${name}'`;
  if (typeof given !== 'object' || Array.isArray(given)) {
    throw new InputError(
      `${at} must be never, or say freeze, unknown and advisedStepPercent`,
    );
  }
  const rule = config.getConfig('releaseGate');
  const unknown = rule
    .keys()
    .find(key => !Object.keys(PRODUCTION_GATE).includes(key));
  if (unknown) {
    throw new InputError(`${at} has no '${unknown}'`);
  }
  const effect = (key: 'freeze' | 'unknown') => {
    const value = rule.getOptional(key) ?? PRODUCTION_GATE[key];
    if (!GATE_EFFECTS.includes(value as GateEffect)) {
      throw new InputError(
        `${at}: ${key} must be one of ${GATE_EFFECTS.join(', ')}`,
      );
    }
    return value as GateEffect;
  };
  const advisedStepPercent =
    rule.getOptional('advisedStepPercent') ??
    PRODUCTION_GATE.advisedStepPercent;
  if (
    typeof advisedStepPercent !== 'number' ||
    !(advisedStepPercent > 0 && advisedStepPercent <= 100)
  ) {
    throw new InputError(
      `${at}: advisedStepPercent must be a number above 0, at most 100`,
    );
  }
  return {
    releaseGate: {
      freeze: effect('freeze'),
      unknown: effect('unknown'),
      advisedStepPercent,
    },
  };
}

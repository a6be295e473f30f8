import { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { LocalizedText, ProbeKind } from '@shopfloor/plugin-status-common';

/** A system of the configuration. */
export interface SystemConfig {
  name: string;
  title: LocalizedText;
  kind: ProbeKind;
  /** Absent: not connected. */
  url?: string;
  caData?: string;
  token?: string;
  impact: LocalizedText;
  connect: LocalizedText;
}

/** `status` of the configuration. */
export interface StatusConfig {
  intervalMs: number;
  deadlineMs: number;
  systems: SystemConfig[];
}

const KINDS: ReadonlySet<string> = new Set<ProbeKind>([
  'http',
  'tcp',
  'postgres',
  'kubernetes',
  'openid',
  'prometheus',
  'alertmanager',
  'vault',
  'istiod',
  'etcd',
]);

/**
 * Reads `status`.
 *
 * @throws a configuration error or InputError that names the key
 */
export function readStatusConfig(config: Config): StatusConfig {
  const systems = (config.getOptionalConfigArray('status.systems') ?? []).map(
    readSystem,
  );
  const names = new Set<string>();
  for (const { name } of systems) {
    if (names.has(name)) {
      throw new InputError(`status.systems declares '${name}' twice`);
    }
    names.add(name);
  }
  return {
    intervalMs: positive(config, 'status.intervalSeconds', 5) * 1000,
    deadlineMs: positive(config, 'status.deadlineMs', 3000),
    systems,
  };
}

function readSystem(config: Config): SystemConfig {
  const name = config.getString('name');
  const kind = config.getString('kind');
  if (!KINDS.has(kind)) {
    throw new InputError(
      `status.systems '${name}': kind '${kind}' is none of ${[...KINDS].join(
        ', ',
      )}`,
    );
  }
  const url = optional(config, 'url');
  if (url !== undefined && !URL.canParse(url)) {
    throw new InputError(`status.systems '${name}': '${url}' is no address`);
  }
  const caData = optional(config, 'caData');
  const token = optional(config, 'token');
  return {
    name,
    title: readTitle(config),
    kind: kind as ProbeKind,
    ...(url !== undefined && { url }),
    ...(caData !== undefined && { caData }),
    ...(token !== undefined && { token }),
    impact: readText(config, 'impact'),
    connect: readText(config, 'connect'),
  };
}

/** A name that is the same in every language may be given once. */
function readTitle(config: Config): LocalizedText {
  const title = config.get('title');
  return typeof title === 'string'
    ? { en: title, zh: title }
    : readText(config, 'title');
}

function readText(config: Config, key: string): LocalizedText {
  return {
    en: config.getString(`${key}.en`),
    zh: config.getString(`${key}.zh`),
  };
}

/** An empty value is an absent one, so that an unset variable of the environment means "not connected". */
function optional(config: Config, key: string): string | undefined {
  const value = config.getOptional(key);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function positive(config: Config, key: string, fallback: number): number {
  const value = config.getOptionalNumber(key) ?? fallback;
  if (!(value > 0)) {
    throw new InputError(`${key} must be more than 0`);
  }
  return value;
}

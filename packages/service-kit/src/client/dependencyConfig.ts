import {
  type ConfigKey,
  integer,
  optionalUrl,
} from '../config/defineConfig.ts';

type UpperSnake<Name extends string> =
  Name extends `${infer Head}-${infer Tail}`
    ? `${Uppercase<Head>}_${UpperSnake<Tail>}`
    : Uppercase<Name>;

/** The keys of one dependency. */
export type DependencyConfigSpec<Name extends string> = {
  [Key in `${UpperSnake<Name>}_URL`]: ConfigKey<string | undefined>;
} & {
  [
    Key in
      `${UpperSnake<Name>}_TIMEOUT_MS` | `${UpperSnake<Name>}_MAX_CONCURRENT`
  ]: ConfigKey<number>;
};

function prefixOf(name: string): string {
  return name.toUpperCase().replaceAll('-', '_');
}

/** The keys by which a service finds another and bounds its calls. */
export function dependencyConfigSpec<const Name extends string>(
  name: Name,
  defaults: { timeoutMs?: number; maxConcurrent?: number } = {},
): DependencyConfigSpec<Name> {
  const prefix = prefixOf(name);
  return {
    [`${prefix}_URL`]: optionalUrl({
      description: `Base URL of ${name}. Absent: its address in the own namespace.`,
      protocols: ['http:', 'https:'],
    }),
    [`${prefix}_TIMEOUT_MS`]: integer({
      description: `Longest time of one call of ${name}, with its retries.`,
      default: defaults.timeoutMs ?? 2000,
      unit: 'ms',
      min: 10,
    }),
    [`${prefix}_MAX_CONCURRENT`]: integer({
      description: `Most calls of ${name} at once; as many again wait in line.`,
      default: defaults.maxConcurrent ?? 64,
      min: 1,
      max: 4096,
    }),
  } as unknown as DependencyConfigSpec<Name>;
}

/** What a {@link ServiceClient} needs to know of its dependency, from the configuration. */
export interface DependencyOptions {
  dependency: string;
  baseUrl: string;
  timeoutMs: number;
  maxConcurrent: number;
}

/** Base URL of a dependency: `<NAME>_URL`, else its service in the own namespace. */
export function dependencyUrl(
  config: { readonly POD_NAMESPACE: string },
  name: string,
): string {
  const given = (config as Record<string, unknown>)[`${prefixOf(name)}_URL`];
  return typeof given === 'string'
    ? given
    : `http://${name}.${config.POD_NAMESPACE}.svc.cluster.local:8080`;
}

/** Everything of a dependency's configuration: `ServiceClient.create({ ...dependencyOptions(config, 'inventory'), … })`. */
export function dependencyOptions(
  config: { readonly POD_NAMESPACE: string },
  name: string,
): DependencyOptions {
  const keys = config as Record<string, unknown>;
  const prefix = prefixOf(name);
  return {
    dependency: name,
    baseUrl: dependencyUrl(config, name),
    timeoutMs: keys[`${prefix}_TIMEOUT_MS`] as number,
    maxConcurrent: keys[`${prefix}_MAX_CONCURRENT`] as number,
  };
}

import type { Container, DataObject, Pod } from '../kubernetes/types.ts';

/** Reads ConfigMaps and Secrets that were fetched before. */
export interface ConfigSource {
  configMap(name: string): DataObject | undefined;
  secret(name: string): DataObject | undefined;
}

/** Options of {@link resolveEnvironment}. */
export interface EnvironmentOptions {
  pod: Pod;
  container: Container;
  sources: ConfigSource;
  /** Lowest precedence: what every container gets. */
  base: Record<string, string>;
  podIp: string;
  hostIp: string;
}

/** Something that a container refers to and that is not there; Kubernetes' CreateContainerConfigError. */
export class ConfigMissingError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ConfigMissingError';
  }
}

/** Names of the ConfigMaps and Secrets that a container refers to. */
export function referencedConfig(container: Container): {
  configMaps: string[];
  secrets: string[];
} {
  const configMaps = new Set<string>();
  const secrets = new Set<string>();
  for (const source of container.envFrom ?? []) {
    if (source.configMapRef) configMaps.add(source.configMapRef.name);
    if (source.secretRef) secrets.add(source.secretRef.name);
  }
  for (const { valueFrom } of container.env ?? []) {
    if (valueFrom?.configMapKeyRef) {
      configMaps.add(valueFrom.configMapKeyRef.name);
    }
    if (valueFrom?.secretKeyRef) secrets.add(valueFrom.secretKeyRef.name);
  }
  return { configMaps: [...configMaps], secrets: [...secrets] };
}

/**
 * The environment of a container: base, then `envFrom` in order, then `env` with `$(NAME)` expanded as
 * Kubernetes does it.
 *
 * @throws ConfigMissingError when a reference that is not optional leads nowhere.
 */
export function resolveEnvironment(
  options: EnvironmentOptions,
): Record<string, string> {
  const { container, sources } = options;
  const env: Record<string, string> = { ...options.base };
  for (const source of container.envFrom ?? []) {
    const reference = source.configMapRef ?? source.secretRef;
    if (!reference) continue;
    const kind = source.configMapRef ? 'configmap' : 'secret';
    const data = dataOf(sources, kind, reference.name);
    if (!data && !reference.optional) {
      throw new ConfigMissingError(`${kind} "${reference.name}" not found`);
    }
    for (const [key, value] of Object.entries(data ?? {})) {
      env[`${source.prefix ?? ''}${key}`] = value;
    }
  }
  for (const variable of container.env ?? []) {
    const value = valueOf(variable, options);
    if (value !== undefined) {
      env[variable.name] = variable.valueFrom ? value : expand(value, env);
    }
  }
  return env;
}

/** Replaces `$(NAME)` by the variable; `$$(NAME)` stays as `$(NAME)`, unknown names stay as they are. */
export function expand(text: string, env: Record<string, string>): string {
  return text.replace(/\$(\$|\(([^()]+)\))/g, (all, what, name) => {
    if (what === '$') return '$';
    return Object.hasOwn(env, name) ? env[name] : all;
  });
}

function dataOf(
  sources: ConfigSource,
  kind: 'configmap' | 'secret',
  name: string,
): Record<string, string> | undefined {
  if (kind === 'configmap') {
    const object = sources.configMap(name);
    return object && (object.data ?? {});
  }
  const object = sources.secret(name);
  return (
    object &&
    Object.fromEntries(
      Object.entries(object.data ?? {}).map(([key, value]) => [
        key,
        Buffer.from(value, 'base64').toString('utf8'),
      ]),
    )
  );
}

function valueOf(
  variable: NonNullable<Container['env']>[number],
  options: EnvironmentOptions,
): string | undefined {
  const from = variable.valueFrom;
  if (!from) return variable.value ?? '';
  if (from.fieldRef) return fieldOf(from.fieldRef.fieldPath, options);
  const reference = from.configMapKeyRef ?? from.secretKeyRef;
  if (!reference) {
    throw new ConfigMissingError(
      `env ${variable.name}: this node agent knows configMapKeyRef, secretKeyRef and fieldRef only`,
    );
  }
  const kind = from.configMapKeyRef ? 'configmap' : 'secret';
  const data = dataOf(options.sources, kind, reference.name);
  if (data && Object.hasOwn(data, reference.key)) return data[reference.key];
  if (reference.optional) return undefined;
  throw new ConfigMissingError(
    data
      ? `couldn't find key ${reference.key} in ${kind} ${options.pod.metadata.namespace}/${reference.name}`
      : `${kind} "${reference.name}" not found`,
  );
}

function fieldOf(path: string, options: EnvironmentOptions): string {
  const { metadata, spec } = options.pod;
  const keyed = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path);
  if (keyed) {
    return metadata[keyed[1] as 'labels' | 'annotations']?.[keyed[2]] ?? '';
  }
  const fields: Record<string, string | undefined> = {
    'metadata.name': metadata.name,
    'metadata.namespace': metadata.namespace,
    'metadata.uid': metadata.uid,
    'spec.nodeName': spec.nodeName,
    'spec.serviceAccountName': spec.serviceAccountName ?? 'default',
    'status.hostIP': options.hostIp,
    'status.podIP': options.podIp,
    'status.podIPs': options.podIp,
    'status.hostIPs': options.hostIp,
  };
  const value = fields[path];
  if (value === undefined) {
    throw new ConfigMissingError(`unsupported fieldPath: ${path}`);
  }
  return value;
}

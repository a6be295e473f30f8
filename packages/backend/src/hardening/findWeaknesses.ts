import { Config } from '@backstage/config';
import { JsonValue } from '@backstage/types';

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[?::1\]?|.+\.localhost)$/;
const DEFAULT_SECRET =
  /^(secret|changeme|change-me|password|default|test|development|backstage|shopfloor|portal|x+|0+)$/i;

/**
 * Lists what makes a configuration unfit for production, each as a sentence that says what to do.
 *
 * @param config - the root configuration
 */
export function findWeaknesses(config: Config): string[] {
  return [
    ...permissions(config),
    ...signIn(config),
    ...secrets(config),
    ...addresses(config),
    ...database(config),
    ...kubernetes(config),
    ...mail(config),
    ...dangerousFlags(config),
  ];
}

function permissions(config: Config): string[] {
  return config.getOptional('permission.enabled') === true
    ? []
    : ['permission.enabled must be true; without it everything is allowed'];
}

function signIn(config: Config): string[] {
  const found: string[] = [];
  const providers = config.getOptionalConfig('auth.providers');
  const ids = providers?.keys() ?? [];
  if (!ids.includes('oidc')) {
    found.push('auth.providers.oidc must be configured');
  }
  for (const id of ids.filter(name => name !== 'oidc')) {
    found.push(
      `auth.providers.${id} must go; people sign in through oidc only`,
    );
  }
  const oidc = providers?.getOptionalConfig('oidc');
  for (const environment of oidc?.keys() ?? []) {
    const key = `auth.providers.oidc.${environment}.metadataUrl`;
    const url = parseUrl(config.getOptionalString(key));
    if (!url || url.protocol !== 'https:' || LOOPBACK.test(url.hostname)) {
      found.push(
        `${key} must be the https address of your identity provider; the sandbox's provider asks for no password`,
      );
    }
  }
  return found;
}

function secrets(config: Config): string[] {
  const keys: Array<[key: string, minimumLength: number]> = [
    ['auth.session.secret', 32],
    ...(config.getOptionalConfig('auth.providers.oidc')?.keys() ?? []).map(
      (environment): [string, number] => [
        `auth.providers.oidc.${environment}.clientSecret`,
        16,
      ],
    ),
    ['backend.database.connection.password', 12],
  ];
  const found: string[] = keys.flatMap(([key, minimumLength]) =>
    weakSecret(key, config.getOptional(key), minimumLength),
  );
  if (config.has('backend.auth.keys')) {
    found.push(
      'backend.auth.keys must go; whoever knows such a key may do everything as a service',
    );
  }
  return found;
}

function weakSecret(
  key: string,
  value: JsonValue | undefined,
  minimumLength: number,
): string[] {
  if (typeof value !== 'string' || value === '') {
    return [`${key} is missing`];
  }
  return value.length < minimumLength ||
    DEFAULT_SECRET.test(value) ||
    new Set(value).size < 6
    ? [
        `${key} is a default or guessable; use at least ${minimumLength} random characters`,
      ]
    : [];
}

function addresses(config: Config): string[] {
  return ['app.baseUrl', 'backend.baseUrl'].flatMap(key => {
    const url = parseUrl(config.getOptionalString(key));
    return url?.protocol === 'https:' && !LOOPBACK.test(url.hostname)
      ? []
      : [`${key} must be the https address that people use`];
  });
}

function database(config: Config): string[] {
  const found: string[] = [];
  if (config.getOptional('backend.database.client') !== 'pg') {
    found.push('backend.database.client must be pg');
  }
  const connection = config.getOptional('backend.database.connection');
  if (
    typeof connection === 'object' &&
    (connection as { user?: unknown })?.user === 'postgres'
  ) {
    found.push(
      'backend.database.connection.user must not be the superuser; give the portal a role of its own',
    );
  }
  return found;
}

function kubernetes(config: Config): string[] {
  const methods =
    config.getOptionalConfigArray('kubernetes.clusterLocatorMethods') ?? [];
  return methods
    .flatMap(method => method.getOptionalConfigArray('clusters') ?? [])
    .filter(cluster => cluster.getOptional('skipTLSVerify') === true)
    .map(
      cluster =>
        `kubernetes cluster '${cluster.getOptionalString(
          'name',
        )}' must verify TLS; give caData instead of skipTLSVerify`,
    );
}

/** Titles name people, services and secrets, and the password of the mail server goes the same way. */
function mail(config: Config): string[] {
  const key = 'notifications.processors.email.transportConfig';
  const transport = config.getOptionalConfig(key);
  return transport?.getOptionalString('transport') === 'smtp' &&
    transport.has('hostname') &&
    transport.getOptionalBoolean('requireTls') !== true &&
    transport.getOptionalBoolean('secure') !== true
    ? [`${key}.requireTls must be true, or secure for a server on port 465`]
    : [];
}

/** Backstage names every switch that opens a hole `dangerously…`; an outside token without restrictions is one too. */
function dangerousFlags(config: Config): string[] {
  const found: string[] = [];
  const visit = (value: JsonValue | undefined, path: string): void => {
    if (value === null || typeof value !== 'object') return;
    for (const [key, child] of Object.entries(value)) {
      const where = path ? `${path}.${key}` : key;
      if (/dangerously/i.test(key) && child !== false) {
        found.push(`${where} must go`);
      } else {
        visit(child, where);
      }
    }
  };
  visit(config.getOptional(), '');
  for (const access of config.getOptionalConfigArray(
    'backend.auth.externalAccess',
  ) ?? []) {
    if (!access.getOptionalConfigArray('accessRestrictions')?.length) {
      found.push(
        'backend.auth.externalAccess: each entry must name its accessRestrictions',
      );
    }
  }
  return found;
}

function parseUrl(value: string | undefined): URL | undefined {
  return value !== undefined && URL.canParse(value)
    ? new URL(value)
    : undefined;
}

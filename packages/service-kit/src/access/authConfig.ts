import type { JSONWebKeySet, JWK } from 'jose';
import {
  type ConfigOf,
  integer,
  InvalidConfigurationError,
  optionalUrl,
  text,
} from '../config/defineConfig.ts';
import type { TrustedIssuer } from './JwtVerifier.ts';

/** The keys of a service that verifies tokens. */
export const authConfigSpec = {
  SESSION_ISSUER: text({
    description: 'Issuer of the storefront’s session tokens.',
    default: 'http://storefront',
  }),
  SESSION_JWKS: text({
    description:
      'Public keys of the session issuer, a JWK Set as JSON. They come with the configuration, since a service that fetched them from the storefront would call its own caller.',
    default: '',
  }),
  SESSION_JWKS_URL: optionalUrl({
    description:
      'Where the keys of the session issuer are, when `SESSION_JWKS` is not given.',
    protocols: ['http:', 'https:'],
  }),
  AUTH_ISSUERS: text({
    description:
      'Issuers of staff tokens, separated by commas: `<issuer>`, or `<issuer>=<URL of its keys>`. Empty: no staff.',
    default: '',
  }),
  AUTH_AUDIENCE: text({
    description: 'Audience that a token must be for.',
    default: 'shop',
  }),
  AUTH_CLOCK_TOLERANCE_SECONDS: integer({
    description: 'How far clocks of issuers may differ from ours.',
    default: 30,
    unit: 's',
    max: 300,
  }),
  ALLOWED_CALLERS: text({
    description:
      'Services that may call `internal` routes, separated by commas, checked where Envoy names the caller. Empty: the mesh alone decides.',
    default: '',
  }),
};

/** Configuration of a service that verifies tokens. */
export type AuthConfig = ConfigOf<typeof authConfigSpec>;

function list(value: string): string[] {
  return value
    .split(',')
    .map(item => item.trim())
    .filter(Boolean);
}

function keysOf(json: string): JSONWebKeySet | undefined {
  if (json === '') {
    return undefined;
  }
  try {
    const { keys } = JSON.parse(json) as Partial<JSONWebKeySet>;
    if (Array.isArray(keys) && keys.length > 0 && keys.every(isPublic)) {
      return { keys };
    }
  } catch {
    // Told below; the text itself is not repeated.
  }
  throw new InvalidConfigurationError([
    'SESSION_JWKS must be a JWK Set with public keys, `{"keys":[{"kty":…}]}`',
  ]);
}

function isPublic(key: JWK): boolean {
  return typeof key.kty === 'string' && key.d === undefined;
}

function sessionKeysMissing(config: AuthConfig): undefined {
  if (config.SESSION_JWKS === '') {
    throw new InvalidConfigurationError([
      'SESSION_JWKS is missing: give the public keys of the session issuer, or SESSION_JWKS_URL',
    ]);
  }
  return undefined;
}

/**
 * The issuers that a configuration trusts.
 *
 * @throws InvalidConfigurationError when the session issuer's keys are nowhere to be had
 */
export function trustedIssuers(config: AuthConfig): TrustedIssuer[] {
  const staff = list(config.AUTH_ISSUERS).map((entry): TrustedIssuer => {
    // The keys' URL follows the first `=http`, since an issuer may have a query.
    const at = entry.search(/=https?:\/\//);
    return {
      issuer: at < 0 ? entry : entry.slice(0, at),
      jwksUrl: at < 0 ? undefined : entry.slice(at + 1),
      speaksFor: 'staff',
    };
  });
  return [
    {
      issuer: config.SESSION_ISSUER,
      keys: keysOf(config.SESSION_JWKS),
      jwksUrl: config.SESSION_JWKS_URL ?? sessionKeysMissing(config),
      speaksFor: 'shoppers',
    },
    ...staff,
  ];
}

/** The services that may call `internal` routes. */
export function allowedCallers(config: AuthConfig): string[] {
  return list(config.ALLOWED_CALLERS);
}

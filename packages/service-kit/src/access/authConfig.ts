import {
  type ConfigOf,
  integer,
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
  SESSION_JWKS_URL: optionalUrl({
    description:
      'Where the keys of the session issuer are. Absent: at the storefront of the own namespace.',
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

/** The issuers that a configuration trusts. */
export function trustedIssuers(
  config: AuthConfig & { readonly POD_NAMESPACE: string },
): TrustedIssuer[] {
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
      jwksUrl:
        config.SESSION_JWKS_URL ??
        `http://storefront.${config.POD_NAMESPACE}.svc.cluster.local:8080/.well-known/jwks.json`,
      speaksFor: 'shoppers',
    },
    ...staff,
  ];
}

/** The services that may call `internal` routes. */
export function allowedCallers(config: AuthConfig): string[] {
  return list(config.ALLOWED_CALLERS);
}

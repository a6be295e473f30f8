import {
  authConfigSpec,
  cacheConfigSpec,
  type ConfigOf,
  databaseConfigSpec,
  dependencyConfigSpec,
  faultsConfigSpec,
  flagsConfigSpec,
  integer,
  loadConfig,
  loadConfigSpec,
  oneOf,
  optionalUrl,
  secret,
  serviceConfigSpec,
  text,
} from '@shopfloor/service-kit';

/** Services that storefront calls. */
export const DEPENDENCIES = [
  'products',
  'product-search',
  'inventory',
  'cart',
  'orders',
  'customers',
  'messages',
] as const;

/** Name of a service that storefront calls. */
export type Dependency = (typeof DEPENDENCIES)[number];

/** Currencies of the shop. */
export const CURRENCIES = ['EUR', 'USD', 'GBP', 'JPY', 'KWD', 'CNY'] as const;

/** Keys that only storefront has. */
export const ownConfigSpec = {
  SHOP_URL: optionalUrl({
    description:
      'Public address of the shop. Pages of this origin may use the session cookie; where sign-in comes back to. Absent: the host of each request.',
    protocols: ['http:', 'https:'],
  }),
  SHOP_ISSUER_URL: optionalUrl({
    description:
      'The shop’s OpenID issuer. Absent: nobody can sign in (503 `sign-in-not-configured`).',
    protocols: ['http:', 'https:'],
  }),
  SHOP_ISSUER_CLIENT_ID: text({
    description: 'Client of the storefront at the issuer.',
    default: 'storefront',
  }),
  SHOP_ISSUER_CLIENT_SECRET: text({
    description:
      'Secret of that client. Empty: a public client, held by PKCE alone.',
    default: '',
  }),
  SHOP_ISSUER_RESOURCE: text({
    description:
      'Resource indicator (RFC 8707) that sign-in asks a token for. Empty: none.',
    default: '',
  }),
  SESSION_ISSUER: authConfigSpec.SESSION_ISSUER,
  AUTH_AUDIENCE: authConfigSpec.AUTH_AUDIENCE,
  AUTH_CLOCK_TOLERANCE_SECONDS: authConfigSpec.AUTH_CLOCK_TOLERANCE_SECONDS,
  SESSION_SIGNING_KEY: secret({
    description:
      'Private ES256 key of session tokens, a JWK as JSON; or a JWK Set whose first key signs while the others are still published.',
  }),
  SESSION_TTL_HOURS: integer({
    description: 'How long a session lives after its last use.',
    default: 24 * 30,
    unit: 'h',
    min: 1,
    max: 24 * 365,
  }),
  SESSION_MEMO_MS: integer({
    description:
      'How long this process believes a session it has read. A sign-out elsewhere takes effect here after that.',
    default: 3000,
    unit: 'ms',
    max: 60_000,
  }),
  CORS_ORIGINS: text({
    description:
      'Other origins whose pages may call the API with the session cookie, separated by commas. Empty: none.',
    default: '',
  }),
  TRUSTED_PROXY_HOPS: integer({
    description:
      'How many proxies in front append to X-Forwarded-For; that many from its end is the client.',
    default: 1,
    max: 10,
  }),
  RATE_LIMIT_READS: integer({
    description: 'Most reads of one client in 10 s; 0: no limit.',
    default: 1000,
  }),
  RATE_LIMIT_WRITES: integer({
    description: 'Most writes of one client in 10 s; 0: no limit.',
    default: 200,
  }),
  RATE_LIMIT_SESSIONS: integer({
    description:
      'Most new sessions and sign-ins of one client in 60 s; 0: no limit.',
    default: 120,
  }),
  READ_FRESH_MS: integer({
    description: 'How long a cached read is given without asking.',
    default: 15_000,
    unit: 'ms',
  }),
  READ_STALE_MS: integer({
    description:
      'After that: how long it is still given at once while it is renewed.',
    default: 300_000,
    unit: 'ms',
  }),
  READ_STALE_IF_ERROR_MS: integer({
    description:
      'After it was fresh: how long it is given when its service does not answer.',
    default: 24 * 3_600_000,
    unit: 'ms',
  }),
  STOCK_FRESH_MS: integer({
    description:
      'How long the stock shown with a product is used again. The order decides, not this.',
    default: 2000,
    unit: 'ms',
  }),
  DEFAULT_CURRENCY: oneOf(CURRENCIES, {
    description: 'Currency of reads and carts for which nobody says one.',
    default: 'EUR',
  }),
  HOME_FEATURED_CATEGORY: text({
    description:
      'Slug of the category whose products the home page features. Empty: the largest category.',
    default: '',
  }),
};

/** Every key of the running service. */
export const storefrontConfigSpec = {
  ...serviceConfigSpec,
  ...databaseConfigSpec,
  ...loadConfigSpec,
  ...cacheConfigSpec,
  ...flagsConfigSpec,
  ...faultsConfigSpec,
  ...dependencyConfigSpec('products', { timeoutMs: 1500, maxConcurrent: 128 }),
  ...dependencyConfigSpec('product-search', { timeoutMs: 1500 }),
  // Only a hint beside a product: nobody waits long for it.
  ...dependencyConfigSpec('inventory', { timeoutMs: 300 }),
  ...dependencyConfigSpec('cart', { timeoutMs: 3000, maxConcurrent: 128 }),
  // Placing an order reserves, authorises and confirms.
  ...dependencyConfigSpec('orders', { timeoutMs: 9000, maxConcurrent: 256 }),
  ...dependencyConfigSpec('customers', { timeoutMs: 3000 }),
  ...dependencyConfigSpec('messages', { timeoutMs: 3000 }),
  ...ownConfigSpec,
};

/** Every key of the migration program. */
export const migrateConfigSpec = {
  DATABASE_URL: databaseConfigSpec.DATABASE_URL,
};

/** Configuration of the running service. */
export type StorefrontConfig = ConfigOf<typeof storefrontConfigSpec>;

/** Reads the service's configuration, or throws with every problem. */
export function readStorefrontConfig(
  env: Record<string, string | undefined>,
): StorefrontConfig {
  return loadConfig(storefrontConfigSpec, env);
}

import {
  type ConfigOf,
  databaseConfigSpec,
  faultsConfigSpec,
  flag,
  integer,
  InvalidConfigurationError,
  loadConfig,
  optionalUrl,
  secret,
  serviceConfigSpec,
  text,
} from '@shopfloor/service-kit';

const http = ['http:', 'https:'];

/** Every key of the running provider. */
export const providerConfigSpec = {
  ...serviceConfigSpec,
  ...databaseConfigSpec,
  PUBLIC_URL: optionalUrl({
    description:
      'Where a shopper’s browser reaches this provider. Absent: the host that the merchant called.',
    protocols: http,
  }),
  MERCHANT_API_KEY: secret({
    description:
      'Secret key of the account `acct_shop`, which can capture several times and reauthorise.',
  }),
  MERCHANT_WEBHOOK_SECRET: secret({
    description: 'Signs the webhooks of both accounts.',
  }),
  SINGLE_CAPTURE_API_KEY: secret({
    description:
      'Secret key of the account `acct_single_capture`, which captures once.',
  }),
  MERCHANT_WEBHOOK_URL: optionalUrl({
    description:
      'Where webhooks go. Absent: to payments of the same namespace inside the mesh.',
    protocols: http,
  }),
  ALLOWED_ORIGINS: text({
    description:
      'Origins, comma separated, whose pages may show the card field and get its token.',
    default: '',
  }),
  CONTROL_API: flag({
    description:
      'Whether tests may make accounts, let them misbehave and change what is stored.',
    default: false,
  }),
  SHOPFLOOR_HARDENED: faultsConfigSpec.SHOPFLOOR_HARDENED,
  TICK_MS: integer({
    description:
      'How often what is due is looked for: webhooks, ends of authorisations, disputes.',
    default: 500,
    unit: 'ms',
    min: 10,
  }),
};

/** Every key of the migration program. */
export const migrateConfigSpec = {
  DATABASE_URL: databaseConfigSpec.DATABASE_URL,
};

/** Configuration of the running provider. */
export type ProviderConfig = ConfigOf<typeof providerConfigSpec>;

/**
 * Reads the configuration.
 *
 * @throws InvalidConfigurationError with every problem, and for a control API in the hardened configuration
 */
export function readProviderConfig(
  env: Record<string, string | undefined>,
): ProviderConfig {
  const config = loadConfig(providerConfigSpec, env);
  if (config.SHOPFLOOR_HARDENED && config.CONTROL_API) {
    throw new InvalidConfigurationError([
      'CONTROL_API must be false in the hardened configuration: it lets tests change charges',
    ]);
  }
  return config;
}

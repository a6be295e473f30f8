import {
  authConfigSpec,
  type ConfigOf,
  databaseConfigSpec,
  dependencyConfigSpec,
  eventsConfigSpec,
  faultsConfigSpec,
  integer,
  InvalidConfigurationError,
  loadConfig,
  loadConfigSpec,
  oneOf,
  secret,
  serviceConfigSpec,
} from '@shopfloor/service-kit';

/** Every key of the running service. */
export const paymentsConfigSpec = {
  ...serviceConfigSpec,
  ...databaseConfigSpec,
  ...authConfigSpec,
  ...loadConfigSpec,
  ...eventsConfigSpec,
  ...dependencyConfigSpec('payment-provider', { timeoutMs: 3000 }),
  SHOPFLOOR_HARDENED: faultsConfigSpec.SHOPFLOOR_HARDENED,
  PAYMENT_PROVIDER_API_KEY: secret({
    description: 'Our secret key at the payment provider.',
  }),
  PAYMENT_PROVIDER_WEBHOOK_SECRET: secret({
    description: 'Signs the webhooks of the payment provider.',
  }),
  PAYMENT_PROVIDER_PROFILE: oneOf(['full', 'single-capture'], {
    description:
      'What our account at the payment provider can do: `full`, or one capture and no reauthorisation.',
    default: 'full',
  }),
  WEBHOOK_TOLERANCE_SECONDS: integer({
    description:
      'How far the time of a webhook’s signature may be from the database clock. Wider than clocks are apart; replays are known by their event id anyway.',
    default: 600,
    unit: 's',
    min: 30,
    max: 86_400,
  }),
  AUTHORISATION_GIVE_UP_SECONDS: integer({
    description:
      'After this an authorisation whose outcome cannot be learnt is made impossible at the provider and fails.',
    default: 20,
    unit: 's',
    min: 5,
  }),
  REAUTHORISE_BEFORE_SECONDS: integer({
    description:
      'How long before its end an authorisation is renewed, where the provider can.',
    default: 86_400,
    unit: 's',
    min: 1,
  }),
  WORKER_EVERY_MS: integer({
    description:
      'How often payments that need attention are looked for. A webhook is attended to at once by the replica that took it.',
    default: 500,
    unit: 'ms',
    min: 10,
  }),
  RECONCILE_EVERY_SECONDS: integer({
    description: 'How often our ledger is compared with the provider’s.',
    default: 900,
    unit: 's',
    min: 1,
  }),
  RECONCILE_GRACE_SECONDS: integer({
    description:
      'A movement younger than this is not missed yet: its other side may be on its way.',
    default: 120,
    unit: 's',
  }),
};

/** Every key of the migration program. */
export const migrateConfigSpec = {
  DATABASE_URL: databaseConfigSpec.DATABASE_URL,
};

/** Configuration of the running service. */
export type PaymentsConfig = ConfigOf<typeof paymentsConfigSpec>;

/**
 * Reads the service's configuration.
 *
 * @throws InvalidConfigurationError with every problem; also in the hardened configuration, whose payments must not go to a sample system
 */
export function readPaymentsConfig(
  env: Record<string, string | undefined>,
): PaymentsConfig {
  const config = loadConfig(paymentsConfigSpec, env);
  if (config.SHOPFLOOR_HARDENED) {
    throw new InvalidConfigurationError([
      'SHOPFLOOR_HARDENED is set, but the only payment provider of this build is the test payment provider, a sample system: add the adapter of a real one',
    ]);
  }
  return config;
}

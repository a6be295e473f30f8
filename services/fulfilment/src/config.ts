import {
  authConfigSpec,
  type ConfigOf,
  databaseConfigSpec,
  eventsConfigSpec,
  integer,
  loadConfig,
  loadConfigSpec,
  oneOf,
  serviceConfigSpec,
} from '@shopfloor/service-kit';
import { NEWEST_RATES, RATE_VERSIONS } from './rates/index.ts';

/** Every key of the running service. */
export const fulfilmentConfigSpec = {
  ...serviceConfigSpec,
  ...databaseConfigSpec,
  ...authConfigSpec,
  ...loadConfigSpec,
  ...eventsConfigSpec,
  CARRIER: oneOf(['manual', 'sample'], {
    description:
      'Who takes new shipments: `manual`, where staff say what left, or `sample`, which only pretends. A shipment stays with the carrier it was made for.',
    default: 'manual',
  }),
  RATES_VERSION: oneOf(RATE_VERSIONS, {
    description: 'The table that delivery is quoted from.',
    default: NEWEST_RATES,
  }),
  SAMPLE_CARRIER_DISPATCH_SECONDS: integer({
    description: 'How long after its booking the sample carrier dispatches.',
    default: 20,
    unit: 's',
    min: 1,
    max: 86_400,
  }),
  SAMPLE_CARRIER_DELIVERY_SECONDS: integer({
    description: 'How long after dispatch the sample carrier delivers.',
    default: 60,
    unit: 's',
    min: 1,
    max: 864_000,
  }),
  CARRIER_POLL_INTERVAL_MS: integer({
    description:
      'How often shipments are looked for whose carrier is to be asked.',
    default: 1000,
    unit: 'ms',
    min: 10,
  }),
  ADDRESS_RETENTION_DAYS: integer({
    description:
      'How long after its end the address of a shipment is kept, for claims about its delivery.',
    default: 90,
    unit: 'days',
    max: 3650,
  }),
  ERASURE_INTERVAL_MS: integer({
    description: 'How often addresses are looked for whose time has come.',
    default: 60_000,
    unit: 'ms',
    min: 10,
  }),
};

/** Every key of the migration program. */
export const migrateConfigSpec = {
  DATABASE_URL: databaseConfigSpec.DATABASE_URL,
};

/** Configuration of the running service. */
export type FulfilmentConfig = ConfigOf<typeof fulfilmentConfigSpec>;

/** Reads the service's configuration, or throws with every problem. */
export function readFulfilmentConfig(
  env: Record<string, string | undefined>,
): FulfilmentConfig {
  return loadConfig(fulfilmentConfigSpec, env);
}

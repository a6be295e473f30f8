import { randomUUID } from 'node:crypto';
import type { Provider } from '@openfeature/server-sdk';
import type { Logger } from 'pino';
import {
  type ConfigOf,
  flag,
  integer,
  oneOf,
  text,
} from '../config/defineConfig.ts';
import type { ServiceMetrics } from '../metrics/ServiceMetrics.ts';
import type { Flags } from './Flags.ts';

/** The keys of a service with flags. */
export const flagsConfigSpec = {
  FLAGS_ADAPTER: oneOf(['file', 'openfeature'], {
    description: 'Where flags come from: a file, or a provider of OpenFeature.',
    default: 'file',
  }),
  FLAGS_FILE: text({
    description:
      'For `file`: path of the YAML or JSON file; empty: every flag has its fallback.',
    default: '',
  }),
  FLAGS_PROVIDER: oneOf(['flagd'], {
    description: 'For `openfeature`: the provider.',
    default: 'flagd',
  }),
  FLAGD_RESOLVER: oneOf(['rpc', 'in-process'], {
    description:
      'For `flagd`: whether each flag is asked for, or all flags are taken over and evaluated here.',
    default: 'in-process',
  }),
  FLAGD_HOST: text({
    description: 'For `flagd`: host of the server.',
    default: 'localhost',
  }),
  FLAGD_PORT: integer({
    description:
      'For `flagd`: port of the server; 8013 is usual for `rpc`, 8015 for `in-process`.',
    default: 8015,
    min: 1,
    max: 65535,
  }),
  FLAGD_TLS: flag({
    description: 'For `flagd`: whether connections are encrypted.',
    default: false,
  }),
  FLAGD_OFFLINE_FLAG_SOURCE_PATH: text({
    description: 'For `flagd`: a file in flagd’s form instead of a server.',
    default: '',
  }),
};

/** Configuration of a service with flags. */
export type FlagsConfig = ConfigOf<typeof flagsConfigSpec>;

/** Options of {@link createFlags}. */
export interface CreateFlagsOptions {
  config: FlagsConfig;
  /** A provider of OpenFeature instead of the one that the configuration names. */
  provider?: Provider;
  metrics: ServiceMetrics;
  logger: Logger;
}

/** Creates the flags that the configuration names. @throws Error when a file is not valid */
export async function createFlags(options: CreateFlagsOptions): Promise<Flags> {
  const { config, metrics, logger } = options;
  if (config.FLAGS_ADAPTER === 'openfeature') {
    // Loaded only here: gRPC and the SDK are not small.
    const { OpenFeatureFlags } = await import('./OpenFeatureFlags.ts');
    const provider = options.provider ?? (await createProvider(config));
    return OpenFeatureFlags.create({
      provider,
      domain: randomUUID(),
      metrics,
      logger,
    });
  }
  const { FileFlags } = await import('./FileFlags.ts');
  return FileFlags.create({
    file: config.FLAGS_FILE || undefined,
    metrics,
    logger,
  });
}

async function createProvider(config: FlagsConfig): Promise<Provider> {
  const { createFlagdProvider } = await import('./flagdProvider.ts');
  return createFlagdProvider({
    host: config.FLAGD_HOST,
    port: config.FLAGD_PORT,
    tls: config.FLAGD_TLS,
    resolver: config.FLAGD_RESOLVER,
    offlineFile: config.FLAGD_OFFLINE_FLAG_SOURCE_PATH || undefined,
  });
}

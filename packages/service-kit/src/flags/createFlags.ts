import type { Logger } from 'pino';
import { type ConfigOf, oneOf, text } from '../config/defineConfig.ts';
import type { ServiceMetrics } from '../metrics/ServiceMetrics.ts';
import type { Flags } from './Flags.ts';

/** The keys of a service with flags. */
export const flagsConfigSpec = {
  FLAGS_ADAPTER: oneOf(['file'], {
    description: 'Where flags come from.',
    default: 'file',
  }),
  FLAGS_FILE: text({
    description:
      'For `file`: path of the YAML or JSON file; empty: every flag has its fallback.',
    default: '',
  }),
};

/** Configuration of a service with flags. */
export type FlagsConfig = ConfigOf<typeof flagsConfigSpec>;

/** Options of {@link createFlags}. */
export interface CreateFlagsOptions {
  config: FlagsConfig;
  metrics: ServiceMetrics;
  logger: Logger;
}

/** Creates the flags that the configuration names. @throws Error when a file is not valid */
export async function createFlags(options: CreateFlagsOptions): Promise<Flags> {
  const { config, metrics, logger } = options;
  const { FileFlags } = await import('./FileFlags.ts');
  return FileFlags.create({
    file: config.FLAGS_FILE || undefined,
    metrics,
    logger,
  });
}

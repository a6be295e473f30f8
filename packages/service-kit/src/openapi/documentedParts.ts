import type { AccessPluginOptions } from '../access/accessPlugin.ts';
import type { EventLog } from '../events/types.ts';
import { Health } from '../health/Health.ts';
import type { ServiceParts } from '../lifecycle/ServiceBase.ts';
import { createLogger } from '../logging/createLogger.ts';
import { ServiceMetrics } from '../metrics/ServiceMetrics.ts';
import type { Database, NotificationSource } from '../postgres/Database.ts';
import { Tracing } from '../tracing/Tracing.ts';

/** Stands for what is never asked: a document needs neither data nor neighbours. */
export function refuse(): Promise<never> {
  return Promise.reject(new Error('There is nothing behind this'));
}

const noDatabase: Database & NotificationSource = {
  query: refuse,
  transaction: refuse,
  together: refuse,
  ping: refuse,
  listen: refuse,
  close: () => Promise.resolve(),
};

/** Takes and gives no event. */
export const noEventLog: EventLog = {
  generations: false,
  append: refuse,
  consume: refuse,
  replay: refuse,
  ping: refuse,
  close: () => Promise.resolve(),
};

/** What {@link documentedParts} gives. */
export interface DocumentedParts<Config> extends ServiceParts<Config> {
  database: Database & NotificationSource;
  log: EventLog;
  access: Omit<AccessPluginOptions, 'service'>;
}

/** Options of {@link documentedParts}. */
export interface DocumentedPartsOptions<Config> {
  /** Name of the service. */
  name: string;
  /** Reads the configuration of the service. */
  read: (env: Record<string, string | undefined>) => Config;
  /** What has no default, besides the database. */
  env?: Record<string, string>;
}

/** Parts of an application that is only asked for its OpenAPI document: nothing is behind them. */
export function documentedParts<Config>(
  options: DocumentedPartsOptions<Config>,
): DocumentedParts<Config> {
  const { name, read, env } = options;
  const service = {
    name,
    version: '0.0.0',
    release: 'v1',
    environment: 'none',
    instance: 'none',
  };
  return {
    service,
    config: read({ DATABASE_URL: 'postgresql://none', ...env }),
    database: noDatabase,
    log: noEventLog,
    access: {
      verifier: { verify: refuse },
      policy: { decide: () => 'forbidden' },
      allowedCallers: [],
    },
    health: new Health(),
    metrics: ServiceMetrics.create({ processMetrics: false }),
    tracing: Tracing.create({ service }),
    logger: createLogger({ service, level: 'fatal' }),
  };
}

import { loadConfig } from '../../config/defineConfig.ts';
import { databaseConfigSpec } from '../../config/serviceConfig.ts';
import { createLogger } from '../../logging/createLogger.ts';
import { ServiceMetrics } from '../../metrics/ServiceMetrics.ts';
import { PooledDatabase } from '../../postgres/Database.ts';
import { until as untilTrue } from '../../testing/eventually.ts';
import { Tracing, type TracingOptions } from '../../tracing/Tracing.ts';

export const testService = {
  name: 'events-test',
  version: '1.0.0',
  release: 'v1',
  environment: 'test',
  instance: 'events-test-1',
};

export const silentLogger = createLogger({
  service: testService,
  destination: { write() {} },
});

/** The parts of the kit that relays and consumers are wired with, on one database. */
export function openKit(
  connectionString: string,
  tracingOptions: Partial<TracingOptions> = {},
) {
  const metrics = ServiceMetrics.create({ processMetrics: false });
  const tracing = Tracing.create({ service: testService, ...tracingOptions });
  const database = PooledDatabase.create({
    config: loadConfig(databaseConfigSpec, { DATABASE_URL: connectionString }),
    applicationName: 'events-test',
    metrics,
    tracing,
    logger: silentLogger,
  });
  return { database, metrics, tracing, logger: silentLogger };
}

/** Waits until something is true, looking often; fails with what it waited for. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  timeoutMs = 50_000,
): Promise<void> {
  await untilTrue(condition, { what, timeoutMs, intervalMs: 20 });
}

import {
  createEventLog,
  Health,
  loadConfig,
  PooledDatabase,
  RegoAccessPolicy,
  Tracing,
} from '@shopfloor/service-kit';
import { HttpClient } from '@shopfloor/service-kit/src/testing/HttpClient.ts';
import { TestIssuer } from '@shopfloor/service-kit/src/testing/TestIssuer.ts';
import { testMaterials } from '@shopfloor/service-kit/src/testing/testMaterials.ts';
import { fulfilmentConfigSpec } from '../config.ts';
import { createApp } from '../createApp.ts';

/** One running replica for a test, on a database that is migrated already. */
export async function serveFulfilment(
  connectionString: string,
  env: Record<string, string> = {},
) {
  const config = loadConfig(fulfilmentConfigSpec, {
    DATABASE_URL: connectionString,
    // Contacted only by a test that migrated a log there.
    EVENTS_DATABASE_URL: connectionString,
    LOAD_SHEDDING: 'false',
    ...env,
  });
  const service = {
    name: 'fulfilment',
    version: '0.0.0',
    release: 'v1',
    environment: 'test',
    instance: 'fulfilment-1',
  };
  const { logger, metrics, lines } = testMaterials();
  const tracing = Tracing.create({ service });
  const database = PooledDatabase.create({
    config,
    applicationName: 'fulfilment',
    metrics,
    tracing,
    logger,
  });
  const log = await createEventLog(config, { logger });
  const issuer = await TestIssuer.create();
  const health = new Health();
  const fulfilment = await createApp({
    service,
    config,
    database,
    log,
    access: {
      verifier: issuer.verifier,
      policy: RegoAccessPolicy.create({ logger }),
      allowedCallers: ['orders', 'customers'],
    },
    health,
    metrics,
    tracing,
    logger,
  });
  const client = await HttpClient.listen(fulfilment.app);
  health.markStarted();
  return {
    ...fulfilment,
    client,
    database,
    issuer,
    lines,
    async close() {
      await fulfilment.consumer.close();
      await fulfilment.carrierWork.close();
      await fulfilment.erasureWork.close();
      await fulfilment.app.close();
      await fulfilment.relay.close();
      await log.close();
      await database.close();
    },
  };
}

/** What {@link serveFulfilment} gives. */
export type ServedFulfilment = Awaited<ReturnType<typeof serveFulfilment>>;

import {
  createAccess,
  createEventLog,
  createFlags,
  createLogger,
  dependencyOptions,
  Faults,
  Health,
  PooledDatabase,
  readBuildInfo,
  runMain,
  runService,
  ServiceClient,
  ServiceMetrics,
  Tracing,
} from '@shopfloor/service-kit';
import { HttpInventoryClient } from './clients/InventoryClient.ts';
import { HttpProductsClient } from './clients/ProductsClient.ts';
import { readCartConfig } from './config.ts';
import { createApp } from './createApp.ts';

runMain(async () => {
  const config = readCartConfig(process.env);
  const service = {
    name: 'cart',
    version: readBuildInfo().version,
    release: config.SERVICE_VERSION,
    environment: config.POD_NAMESPACE,
    instance: config.POD_NAME,
  };
  const logger = createLogger({ service, level: config.LOG_LEVEL });
  const metrics = ServiceMetrics.create();
  const tracing = Tracing.create({
    service,
    endpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT,
    sampleRatio: config.OTEL_TRACES_SAMPLER_ARG,
    logger,
  });
  const flags = await createFlags({ config, metrics, logger });
  const faults = config.FAULTS_ENABLED
    ? Faults.create({
        flags,
        hardened: config.SHOPFLOOR_HARDENED,
        metrics,
        logger,
      })
    : undefined;
  const database = PooledDatabase.create({
    config,
    applicationName: `cart ${config.POD_NAME}`,
    metrics,
    tracing,
    logger,
  });
  const log = await createEventLog(config, {
    applicationName: `cart ${config.POD_NAME}`,
    logger,
  });
  const clientOf = (dependency: string) =>
    ServiceClient.create({
      ...dependencyOptions(config, dependency),
      metrics,
      tracing,
      logger,
      faults,
    });
  const products = clientOf('products');
  const inventory = clientOf('inventory');
  const health = new Health({
    // Neither neighbours nor the event log: carts work without them.
    checks: [{ name: 'database', check: () => database.ping() }],
  });
  const { app, work } = await createApp({
    service,
    config,
    database,
    log,
    products: HttpProductsClient.create({ client: products }),
    inventory: HttpInventoryClient.create({ client: inventory }),
    access: createAccess(config, logger, () => database.now()),
    faults,
    health,
    metrics,
    tracing,
    logger,
  });
  for (const each of work) {
    each.start();
  }
  await runService({
    app,
    config,
    health,
    logger,
    closeables: [
      ...work,
      { name: 'products', close: () => products.close() },
      { name: 'inventory', close: () => inventory.close() },
      { name: 'event log', close: () => log.close() },
      { name: 'flags', close: () => flags.close() },
      { name: 'database', close: () => database.close() },
      { name: 'tracing', close: () => tracing.close() },
    ],
  });
});

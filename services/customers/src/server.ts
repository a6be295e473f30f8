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
import { HttpDataHolderClient } from './clients/DataHolderClient.ts';
import { HttpOrdersClient } from './clients/OrdersClient.ts';
import { readCustomersConfig } from './config.ts';
import { createApp } from './createApp.ts';

runMain(async () => {
  const config = readCustomersConfig(process.env);
  const service = {
    name: 'customers',
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
    applicationName: `customers ${config.POD_NAME}`,
    metrics,
    tracing,
    logger,
  });
  const log = await createEventLog(config, {
    applicationName: `customers ${config.POD_NAME}`,
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
  const clients = {
    orders: clientOf('orders'),
    cart: clientOf('cart'),
    messages: clientOf('messages'),
    payments: clientOf('payments'),
    fulfilment: clientOf('fulfilment'),
  };
  const health = new Health({
    // Neither the other services nor the event log: profiles work without them.
    checks: [{ name: 'database', check: () => database.ping() }],
  });
  const { app, work } = await createApp({
    service,
    config,
    database,
    log,
    orders: HttpOrdersClient.create({ client: clients.orders }),
    holders: HttpDataHolderClient.create({ clients }),
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
      ...work.map(each => ({ name: each.name, close: () => each.close() })),
      ...Object.entries(clients).map(([name, client]) => ({
        name,
        close: () => client.close(),
      })),
      { name: 'event log', close: () => log.close() },
      { name: 'flags', close: () => flags.close() },
      { name: 'database', close: () => database.close() },
      { name: 'tracing', close: () => tracing.close() },
    ],
  });
});

import {
  allowedCallers,
  createEventLog,
  createLogger,
  EventConsumer,
  Health,
  JwtVerifier,
  OutboxRelay,
  PooledDatabase,
  readBuildInfo,
  RegoAccessPolicy,
  runMain,
  runService,
  ServiceMetrics,
  Tracing,
  trustedIssuers,
} from '@shopfloor/service-kit';
import { readFulfilmentConfig } from './config.ts';
import { createApp } from './createApp.ts';
import {
  CONSUMED_TOPICS,
  CONSUMER_GROUP,
  shipmentEventHandlers,
} from './events/handlers.ts';

runMain(async () => {
  const config = readFulfilmentConfig(process.env);
  const build = readBuildInfo();
  const service = {
    name: 'fulfilment',
    version: build.version,
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
  const applicationName = `fulfilment ${config.POD_NAME}`;
  const database = PooledDatabase.create({
    config,
    applicationName,
    metrics,
    tracing,
    logger,
  });
  const log = await createEventLog(config, { applicationName, logger });
  const health = new Health({
    checks: [{ name: 'database', check: () => database.ping() }],
  });
  const { app, store, carrierWork, erasureWork } = await createApp({
    service,
    config,
    database,
    access: {
      verifier: JwtVerifier.create({
        issuers: trustedIssuers(config),
        audience: config.AUTH_AUDIENCE,
        clockToleranceSeconds: config.AUTH_CLOCK_TOLERANCE_SECONDS,
      }),
      policy: RegoAccessPolicy.create({ logger }),
      allowedCallers: allowedCallers(config),
    },
    health,
    metrics,
    tracing,
    logger,
  });
  const shared = { database, log, metrics, tracing, logger };
  const relay = OutboxRelay.create(shared);
  const consumer = EventConsumer.create({
    ...shared,
    group: CONSUMER_GROUP,
    topics: CONSUMED_TOPICS,
    handlers: shipmentEventHandlers({
      store,
      onErasure: () => erasureWork.nudge(),
    }),
  });
  relay.start();
  consumer.start();
  carrierWork.start();
  erasureWork.start();
  await runService({
    app,
    config,
    health,
    logger,
    closeables: [
      { name: 'consumer', close: () => consumer.close() },
      { name: 'carriers', close: () => carrierWork.close() },
      { name: 'erasure', close: () => erasureWork.close() },
      { name: 'relay', close: () => relay.close() },
      { name: 'events', close: () => log.close() },
      { name: 'database', close: () => database.close() },
      { name: 'tracing', close: () => tracing.close() },
    ],
  });
});

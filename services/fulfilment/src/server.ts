import {
  allowedCallers,
  createEventLog,
  createLogger,
  Health,
  JwtVerifier,
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
  const { app, carrierWork, erasureWork, relay, consumer } = await createApp({
    service,
    config,
    database,
    log,
    access: {
      verifier: JwtVerifier.create({
        issuers: trustedIssuers(config),
        audience: config.AUTH_AUDIENCE,
        clockToleranceSeconds: config.AUTH_CLOCK_TOLERANCE_SECONDS,
        now: () => database.now(),
      }),
      policy: RegoAccessPolicy.create({ logger }),
      allowedCallers: allowedCallers(config),
    },
    health,
    metrics,
    tracing,
    logger,
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

import {
  allowedCallers,
  createEventLog,
  createFlags,
  createLogger,
  Faults,
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
import { HttpShop } from './clients/shopClients.ts';
import { readOrdersConfig } from './config.ts';
import { createApp } from './createApp.ts';

runMain(async () => {
  const config = readOrdersConfig(process.env);
  const build = readBuildInfo();
  const service = {
    name: 'orders',
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
  const applicationName = `orders ${config.POD_NAME}`;
  const database = PooledDatabase.create({
    config,
    applicationName,
    metrics,
    tracing,
    logger,
  });
  const log = await createEventLog(config, { applicationName, logger });
  const flags = await createFlags({ config, metrics, logger });
  const faults = Faults.fromConfig({ config, flags, metrics, logger });
  const shop = HttpShop.create({ config, metrics, tracing, logger, faults });
  const health = new Health({
    checks: [{ name: 'database', check: () => database.ping() }],
  });
  const { app, work } = await createApp({
    service,
    config,
    database,
    log,
    shop,
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
    faults,
    health,
    metrics,
    tracing,
    logger,
  });
  work.forEach(part => part.start());
  await runService({
    app,
    config,
    health,
    logger,
    closeables: [
      ...work,
      { name: 'neighbours', close: () => shop.close() },
      { name: 'event log', close: () => log.close() },
      { name: 'flags', close: () => flags.close() },
      { name: 'database', close: () => database.close() },
      { name: 'tracing', close: () => tracing.close() },
    ],
  });
});

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
import { readProductSearchConfig } from './config.ts';
import { createApp } from './createApp.ts';
import { createParts } from './createParts.ts';

runMain(async () => {
  const config = readProductSearchConfig(process.env);
  const build = readBuildInfo();
  const service = {
    name: 'product-search',
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
  const flags = await createFlags({ config, metrics, logger });
  const faults = Faults.fromConfig({ config, flags, metrics, logger });
  const applicationName = `product-search ${config.POD_NAME}`;
  const database = PooledDatabase.create({
    config,
    applicationName,
    metrics,
    tracing,
    logger,
  });
  const log = await createEventLog(config, { applicationName, logger });
  const parts = await createParts({
    config,
    database,
    log,
    metrics,
    tracing,
    logger,
  });
  const health = new Health({
    checks: [{ name: 'index', check: () => parts.check() }],
  });
  const app = await createApp({
    service,
    config,
    parts,
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
  parts.start();
  await runService({
    app,
    config,
    health,
    logger,
    closeables: [
      { name: 'parts', close: () => parts.close() },
      { name: 'events', close: () => log.close() },
      { name: 'flags', close: () => flags.close() },
      { name: 'database', close: () => database.close() },
      { name: 'tracing', close: () => tracing.close() },
    ],
  });
});

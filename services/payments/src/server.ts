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
  RefusedEvents,
  RegoAccessPolicy,
  runMain,
  runService,
  ServiceClient,
  ServiceMetrics,
  Tracing,
  trustedIssuers,
} from '@shopfloor/service-kit';
import { readPaymentsConfig } from './config.ts';
import { createApp } from './createApp.ts';
import { handlers } from './events/handlers.ts';
import {
  TESTPAY_PROFILES,
  TestpayProvider,
} from './providers/testpay/TestpayProvider.ts';

runMain(async () => {
  const config = readPaymentsConfig(process.env);
  const service = {
    name: 'payments',
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
  const database = PooledDatabase.create({
    config,
    applicationName: `payments ${config.POD_NAME}`,
    metrics,
    tracing,
    logger,
  });
  const telemetry = { metrics, tracing, logger };
  const testpay = TestpayProvider.create({
    client: ServiceClient.create({
      ...telemetry,
      dependency: 'payment-provider',
      baseUrl:
        config.PAYMENT_PROVIDER_URL ??
        `http://test-payment-provider.${config.POD_NAMESPACE}.svc.cluster.local:8080`,
      timeoutMs: config.PAYMENT_PROVIDER_TIMEOUT_MS,
      maxConcurrent: config.PAYMENT_PROVIDER_MAX_CONCURRENT,
    }),
    apiKey: config.PAYMENT_PROVIDER_API_KEY,
    webhookSecret: config.PAYMENT_PROVIDER_WEBHOOK_SECRET,
    capabilities: TESTPAY_PROFILES[config.PAYMENT_PROVIDER_PROFILE],
  });
  const log = await createEventLog(config, {
    applicationName: service.name,
    logger,
  });
  const relay = OutboxRelay.create({ ...telemetry, database, log });
  const consumer = EventConsumer.create({
    ...telemetry,
    database,
    log,
    group: 'payments',
    topics: ['shop.customers'],
    handlers,
  });
  const health = new Health({
    checks: [{ name: 'database', check: () => database.ping() }],
  });
  const { app, worker, reconciler } = await createApp({
    service,
    config,
    database,
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
    providers: [testpay],
    events: {
      consumers: [consumer],
      refused: RefusedEvents.create({ ...telemetry, database }),
    },
    health,
    ...telemetry,
  });
  relay.start();
  consumer.start();
  worker.start();
  reconciler.start();
  await runService({
    app,
    config,
    health,
    logger,
    closeables: [
      { name: 'worker', close: () => worker.close() },
      { name: 'reconciler', close: () => reconciler.close() },
      { name: 'consumer', close: () => consumer.close() },
      { name: 'relay', close: () => relay.close() },
      { name: 'event log', close: () => log.close() },
      { name: 'provider', close: () => testpay.close() },
      { name: 'database', close: () => database.close() },
      { name: 'tracing', close: () => tracing.close() },
    ],
  });
});

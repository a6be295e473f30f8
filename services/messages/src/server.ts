import {
  allowedCallers,
  createEventLog,
  createLogger,
  dependencyOptions,
  Health,
  JwtVerifier,
  PooledDatabase,
  readBuildInfo,
  RegoAccessPolicy,
  runMain,
  runService,
  ServiceClient,
  ServiceMetrics,
  Tracing,
  trustedIssuers,
} from '@shopfloor/service-kit';
import { HttpOrdersClient } from './clients/OrdersClient.ts';
import { readMessagesConfig } from './config.ts';
import { createApp } from './createApp.ts';
import { SmtpMailer } from './mail/SmtpMailer.ts';

runMain(async () => {
  const config = readMessagesConfig(process.env);
  const build = readBuildInfo();
  const service = {
    name: 'messages',
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
  const applicationName = `messages ${config.POD_NAME}`;
  const database = PooledDatabase.create({
    config,
    applicationName,
    metrics,
    tracing,
    logger,
  });
  const log = await createEventLog(config, { applicationName, logger });
  const client = ServiceClient.create({
    ...dependencyOptions(config, 'orders'),
    metrics,
    tracing,
    logger,
  });
  const mailer = SmtpMailer.create({
    url: config.SMTP_URL,
    requireTls: config.SMTP_TLS === 'required',
    from: config.MAIL_FROM,
    maxConnections: config.SMTP_POOL_MAX,
    timeoutMs: config.SMTP_TIMEOUT_MS,
    logger,
  });
  const health = new Health({
    checks: [{ name: 'database', check: () => database.ping() }],
  });
  const parts = await createApp({
    service,
    config,
    database,
    log,
    orders: HttpOrdersClient.create({ client }),
    mailer,
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
  const { app, consumer, relay, mailWork, webhookWork, retentionWork } = parts;
  relay.start();
  consumer.start();
  for (const work of [mailWork, webhookWork, retentionWork]) {
    work.start();
  }
  await runService({
    app,
    config,
    health,
    logger,
    closeables: [
      { name: 'consumer', close: () => consumer.close() },
      { name: 'mail', close: () => mailWork.close() },
      { name: 'webhooks', close: () => webhookWork.close() },
      { name: 'deliveries', close: () => parts.webhooksIdle() },
      { name: 'retention', close: () => retentionWork.close() },
      { name: 'smtp', close: () => mailer.close() },
      { name: 'orders', close: () => client.close() },
      { name: 'relay', close: () => relay.close() },
      { name: 'events', close: () => log.close() },
      { name: 'database', close: () => database.close() },
      { name: 'tracing', close: () => tracing.close() },
    ],
  });
});

import {
  createLogger,
  Health,
  PooledDatabase,
  readBuildInfo,
  runMain,
  runService,
  ServiceMetrics,
  Tracing,
} from '@shopfloor/service-kit';
import { readProviderConfig } from './config.ts';
import { createApp } from './createApp.ts';
import { saveConfiguredAccounts } from './saveConfiguredAccounts.ts';
import { AccountStore } from './store/AccountStore.ts';

runMain(async () => {
  const config = readProviderConfig(process.env);
  const service = {
    name: 'test-payment-provider',
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
    applicationName: `test-payment-provider ${config.POD_NAME}`,
    metrics,
    tracing,
    logger,
  });
  await saveConfiguredAccounts(AccountStore.create({ database }), config);
  const health = new Health({
    checks: [{ name: 'database', check: () => database.ping() }],
  });
  const { app, ticker } = await createApp({
    service,
    config,
    database,
    health,
    metrics,
    tracing,
    logger,
  });
  ticker.start();
  await runService({
    app,
    config,
    health,
    logger,
    closeables: [
      { name: 'ticker', close: () => ticker.close() },
      { name: 'database', close: () => database.close() },
      { name: 'tracing', close: () => tracing.close() },
    ],
  });
});

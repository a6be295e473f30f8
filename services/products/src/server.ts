import {
  allowedCallers,
  createDocumentStore,
  createEventLog,
  createLogger,
  Health,
  JwtVerifier,
  OutboxRelay,
  PooledDatabase,
  readBuildInfo,
  RefusedEvents,
  RegoAccessPolicy,
  RepeatedWork,
  runMain,
  runService,
  ServiceMetrics,
  Tracing,
  trustedIssuers,
  WorkLease,
} from '@shopfloor/service-kit';
import { readProductsConfig } from './config.ts';
import { createApp } from './createApp.ts';
import { DOCUMENT_SCHEMA } from './domain/productDocuments.ts';
import { CatalogueJobs } from './domain/CatalogueJobs.ts';
import { parseFeatures } from './features.ts';
import { DatabasePriceListWriter } from './store/DatabasePriceListWriter.ts';
import { DatabaseProductWriter } from './store/DatabaseProductWriter.ts';

runMain(async () => {
  const config = readProductsConfig(process.env);
  const build = readBuildInfo();
  const service = {
    name: 'products',
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
  const database = PooledDatabase.create({
    config,
    applicationName: `products ${config.POD_NAME}`,
    metrics,
    tracing,
    logger,
  });
  const log = await createEventLog(config, {
    applicationName: `products ${config.POD_NAME}`,
    logger,
  });
  const relay = OutboxRelay.create({ database, log, metrics, tracing, logger });
  const features = parseFeatures(build.features);
  const documents = await createDocumentStore({
    config,
    schema: DOCUMENT_SCHEMA,
    database,
  });
  await documents.prepare();
  const ratings = features.has('ratings');
  const jobs = CatalogueJobs.create({
    products: DatabaseProductWriter.create({ database, ratings }),
    priceLists: DatabasePriceListWriter.create({ database, ratings }),
  });
  const catalogue = RepeatedWork.create({
    name: 'catalogue',
    intervalMs: config.CATALOGUE_INTERVAL_MS,
    round: signal => jobs.round(signal),
    lease: WorkLease.create({ database, name: 'catalogue', seconds: 30 }),
    metrics,
    logger,
  });
  // The event log is no readiness check: without it shoppers can still read.
  const health = new Health({
    checks: [{ name: 'database', check: () => database.ping() }],
  });
  const app = await createApp({
    service,
    config,
    database,
    features,
    documents,
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
    events: { refused: RefusedEvents.create({ database, logger }) },
    health,
    metrics,
    tracing,
    logger,
  });
  relay.start();
  catalogue.start();
  await runService({
    app,
    config,
    health,
    logger,
    closeables: [
      catalogue,
      { name: 'relay', close: () => relay.close() },
      { name: 'event log', close: () => log.close() },
      { name: 'documents', close: () => documents.close() },
      { name: 'database', close: () => database.close() },
      { name: 'tracing', close: () => tracing.close() },
    ],
  });
});

import {
  allowedCallers,
  createEventLog,
  createLogger,
  Health,
  JwtVerifier,
  PooledDatabase,
  readBuildInfo,
  RegoAccessPolicy,
  RepeatedWork,
  runMain,
  runService,
  ServiceMetrics,
  Tracing,
  trustedIssuers,
  WorkLease,
} from '@shopfloor/service-kit';
import { readInventoryConfig } from './config.ts';
import { createApp } from './createApp.ts';
import { createEvents } from './createEvents.ts';
import { createParts } from './createParts.ts';

runMain(async () => {
  const config = readInventoryConfig(process.env);
  const build = readBuildInfo();
  const service = {
    name: 'inventory',
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
    applicationName: `inventory ${config.POD_NAME}`,
    metrics,
    tracing,
    logger,
  });
  const log = await createEventLog(config, {
    applicationName: `inventory ${config.POD_NAME}`,
    logger,
  });
  const parts = createParts({ config, database });
  const { sweeper, reconciler, reconcileLease, ledger } = parts;
  const { relay, consumer, refused } = createEvents({
    config,
    database,
    log,
    ledger,
    metrics,
    tracing,
    logger,
  });
  // The event log is no readiness check: without it orders can still be taken.
  const health = new Health({
    checks: [{ name: 'database', check: () => database.ping() }],
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
    events: { consumers: [consumer], refused },
    health,
    metrics,
    tracing,
    logger,
  });
  const work = [
    RepeatedWork.create({
      name: 'sweep',
      intervalMs: config.SWEEP_INTERVAL_MS,
      round: async signal => {
        await sweeper.run(signal);
      },
      lease: WorkLease.create({ database, name: 'sweep', seconds: 15 }),
      metrics,
      logger,
    }),
    RepeatedWork.create({
      name: 'reconcile',
      intervalMs: config.RECONCILE_POLL_MS,
      round: signal => reconciler.round(signal),
      lease: reconcileLease,
      metrics,
      logger,
    }),
  ];
  relay.start();
  consumer.start();
  work.forEach(one => one.start());
  await runService({
    app,
    config,
    health,
    logger,
    closeables: [
      ...work,
      { name: 'consumer', close: () => consumer.close() },
      { name: 'relay', close: () => relay.close() },
      { name: 'event log', close: () => log.close() },
      { name: 'database', close: () => database.close() },
      { name: 'tracing', close: () => tracing.close() },
    ],
  });
});

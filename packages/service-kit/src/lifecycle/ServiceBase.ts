import type { DestinationStream, Logger } from 'pino';
import type { AccessPluginOptions } from '../access/accessPlugin.ts';
import type { AuthConfig } from '../access/authConfig.ts';
import { createAccess } from '../access/createAccess.ts';
import { dependencyOptions } from '../client/dependencyConfig.ts';
import { ServiceClient } from '../client/ServiceClient.ts';
import { readBuildInfo } from '../config/buildInfo.ts';
import { SecretFile, type SecretFileOptions } from '../config/SecretFile.ts';
import type { DatabaseConfig, ServiceConfig } from '../config/serviceConfig.ts';
import { createEventLog } from '../events/createEventLog.ts';
import type { EventsConfig } from '../events/eventsConfig.ts';
import type { EventLog } from '../events/types.ts';
import { Faults, type FaultsConfig } from '../faults/Faults.ts';
import { createFlags, type FlagsConfig } from '../flags/createFlags.ts';
import { Health } from '../health/Health.ts';
import type { ServiceApp } from '../http/createServiceApp.ts';
import { createLogger } from '../logging/createLogger.ts';
import type { ServiceIdentity } from '../logging/logRecord.ts';
import { ServiceMetrics } from '../metrics/ServiceMetrics.ts';
import { PooledDatabase } from '../postgres/Database.ts';
import { startProfiling } from '../profiling/startProfiling.ts';
import { Tracing } from '../tracing/Tracing.ts';
import type { BackgroundWork } from '../work/BackgroundWork.ts';
import { type Closeable, runService } from './runService.ts';

/** What the application of a service is built of, whatever it does. */
export interface ServiceParts<Config> {
  service: ServiceIdentity;
  config: Config;
  health: Health;
  metrics: ServiceMetrics;
  tracing: Tracing;
  logger: Logger;
}

/** What a service with a database reads of its configuration. */
export type BaseConfig = ServiceConfig & DatabaseConfig;

/** Options of {@link ServiceBase}. */
export interface ServiceBaseOptions<Config extends BaseConfig> {
  /** Name of the service, as in the cluster. */
  name: string;
  config: Config;
  /** Where lines of the log go; default is standard output. */
  logDestination?: DestinationStream;
  /** Whether memory and processor time of the process are measured. Default true. */
  processMetrics?: boolean;
  /** How long an answer of a readiness check is used again. */
  healthReuseMs?: number;
  /** Where clients read `HTTP_PROXY` and `NO_PROXY`. Default `process.env`. */
  proxyEnv?: Record<string, string | undefined>;
}

/** Options of {@link ServiceBase.run}. */
export interface RunOptions {
  app: ServiceApp;
  /** Started in this order before the service listens; closed in it after the last request. */
  work?: readonly BackgroundWork[];
  /** Default is that of {@link ServiceBase.parts}: ready when the database answers. */
  health?: Health;
}

/**
 * What every service with a database stands on, made from its configuration: identity,
 * logs, metrics, traces, the pool and health, and what of the rest it opens. What was
 * opened is closed in the reverse order, after requests and background work.
 */
export class ServiceBase<Config extends BaseConfig> {
  /** To be spread into the options of the application. */
  readonly parts: ServiceParts<Config> & { database: PooledDatabase };
  readonly #applicationName: string;
  readonly #proxyEnv: Record<string, string | undefined> | undefined;
  readonly #opened: Closeable[] = [];

  static create<Config extends BaseConfig>(
    options: ServiceBaseOptions<Config>,
  ): ServiceBase<Config> {
    return new ServiceBase(options);
  }

  private constructor(options: ServiceBaseOptions<Config>) {
    const { name, config } = options;
    const service: ServiceIdentity = {
      name,
      version: readBuildInfo().version,
      release: config.SERVICE_VERSION,
      environment: config.POD_NAMESPACE,
      instance: config.POD_NAME,
    };
    const logger = createLogger({
      service,
      level: config.LOG_LEVEL,
      destination: options.logDestination,
    });
    const metrics = ServiceMetrics.create({
      processMetrics: options.processMetrics,
    });
    const tracing = Tracing.create({
      service,
      endpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT,
      sampleRatio: config.OTEL_TRACES_SAMPLER_ARG,
      logger,
    });
    this.#proxyEnv = options.proxyEnv;
    this.#applicationName = `${name} ${config.POD_NAME}`;
    const database = PooledDatabase.create({
      config,
      applicationName: this.#applicationName,
      metrics,
      tracing,
      logger,
    });
    // Neither the event log nor a neighbour: without them a service does what it can.
    const health = new Health({
      checks: [{ name: 'database', check: () => database.ping() }],
      reuseMs: options.healthReuseMs,
    });
    this.parts = {
      service,
      config,
      health,
      metrics,
      tracing,
      logger,
      database,
    };
    this.open('tracing', tracing);
    this.open('database', database);
  }

  /** What is to be closed, in this order, after the work beside requests. */
  get opened(): readonly Closeable[] {
    return this.#opened;
  }

  /** Has a part closed at the end, before whatever was opened earlier. @returns the part */
  open<Part extends Pick<Closeable, 'close'>>(name: string, part: Part): Part {
    this.#opened.unshift({ name, close: () => part.close() });
    return part;
  }

  /** Opens the event log that the configuration names. Contacts nothing yet. */
  async openEventLog(
    this: ServiceBase<BaseConfig & EventsConfig>,
  ): Promise<EventLog> {
    const { config, logger } = this.parts;
    const applicationName = this.#applicationName;
    return this.open(
      'event log',
      await createEventLog(config, { applicationName, logger }),
    );
  }

  /** Opens the flags, and what injects faults by them where that is switched on. */
  async openFaults(
    this: ServiceBase<BaseConfig & FlagsConfig & FaultsConfig>,
  ): Promise<Faults | undefined> {
    const { config, metrics, logger } = this.parts;
    const flags = this.open(
      'flags',
      await createFlags({ config, metrics, logger }),
    );
    return Faults.fromConfig({ config, flags, metrics, logger });
  }

  /** Opens a secret that the service cannot serve without: it is followed, and not ready while it is lost. */
  openSecret(options: Omit<SecretFileOptions, 'logger'>): SecretFile {
    const { health, logger } = this.parts;
    const secret = SecretFile.create({ ...options, logger });
    health.addCheck(secret.check);
    return this.open(`secret ${options.name}`, secret);
  }

  /** Opens a client of another service, found and bounded by the keys of that dependency. */
  openClient(dependency: string, faults?: Faults): ServiceClient {
    const { config, metrics, tracing, logger } = this.parts;
    return this.open(
      dependency,
      ServiceClient.create({
        ...dependencyOptions(config, dependency),
        metrics,
        tracing,
        logger,
        faults,
        env: this.#proxyEnv,
      }),
    );
  }

  /** Opens clients of several services. */
  openClients<Name extends string>(
    dependencies: readonly Name[],
    faults?: Faults,
  ): Record<Name, ServiceClient> {
    return Object.fromEntries(
      dependencies.map(name => [name, this.openClient(name, faults)]),
    ) as Record<Name, ServiceClient>;
  }

  /** Who may call, with tokens judged by the clock of the database. */
  createAccess(
    this: ServiceBase<BaseConfig & AuthConfig>,
  ): Omit<AccessPluginOptions, 'service'> {
    const { config, logger, database } = this.parts;
    return createAccess(config, logger, () => database.now());
  }

  /** Starts the work, listens, and drains on SIGTERM or SIGINT. */
  async run(options: RunOptions): Promise<void> {
    const { app, work = [], health = this.parts.health } = options;
    const { config, logger } = this.parts;
    const profiling = await startProfiling(this.parts);
    if (profiling) {
      this.open('profiling', profiling);
    }
    work.forEach(part => part.start());
    await runService({
      app,
      config,
      health,
      logger,
      closeables: [...work, ...this.#opened],
    });
  }
}

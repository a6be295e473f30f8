import type { Logger } from 'pino';
import type { ServiceConfig } from '../config/serviceConfig.ts';
import type { ServiceIdentity } from '../logging/logRecord.ts';

/** What of the profiler is used. */
export interface Profiler {
  init(options: {
    appName: string;
    serverAddress: string;
    tags: Record<string, string>;
  }): void;
  start(): void;
  stop(): Promise<void>;
}

/** Options of {@link startProfiling}. */
export interface StartProfilingOptions {
  config: Pick<ServiceConfig, 'PYROSCOPE_URL'>;
  service: ServiceIdentity;
  logger: Logger;
  /** Loads the profiler; default is the package `@pyroscope/nodejs`. */
  load?: () => Promise<Profiler>;
}

/** A running profiler. */
export interface Profiling {
  close(): Promise<void>;
}

/** The package has a native part, so it stays out of bundles: an image that is to be profiled brings it. */
async function loadPyroscope(): Promise<Profiler> {
  const module = await import('@pyroscope/nodejs');
  return module.default;
}

/**
 * Starts continuous profiling (processor time and heap) when an address is set.
 * A service never fails for its profiler: without the package, or with one that
 * does not start, it says so in the log and goes on.
 *
 * @returns how to end it; undefined when nothing is profiled
 */
export async function startProfiling(
  options: StartProfilingOptions,
): Promise<Profiling | undefined> {
  const { config, service, logger, load = loadPyroscope } = options;
  if (!config.PYROSCOPE_URL) {
    return undefined;
  }
  let profiler: Profiler;
  try {
    profiler = await load();
    profiler.init({
      appName: service.name,
      serverAddress: config.PYROSCOPE_URL,
      tags: {
        version: service.version,
        release: service.release,
        environment: service.environment,
        instance: service.instance,
      },
    });
    profiler.start();
  } catch (error) {
    const { code } = error as { code?: string };
    logger.error(
      { error },
      code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND'
        ? 'PYROSCOPE_URL is set, but the package @pyroscope/nodejs is not in this image. Install it beside server.js, or unset PYROSCOPE_URL.'
        : 'The profiler could not be started; the service goes on without it',
    );
    return undefined;
  }
  logger.info('Profiles are sent to the Pyroscope server');
  return {
    close: async () => {
      await profiler
        .stop()
        .catch(error =>
          logger.warn({ error }, 'The last profiles could not be sent'),
        );
    },
  };
}

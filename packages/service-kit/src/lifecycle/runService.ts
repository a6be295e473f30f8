import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { ServiceConfig } from '../config/serviceConfig.ts';
import type { Health } from '../health/Health.ts';
import type { ServiceApp } from '../http/createServiceApp.ts';

/** Something closed after the last request, in the order given. */
export interface Closeable {
  name: string;
  close: () => Promise<void>;
}

/** Options of {@link runService}. */
export interface RunServiceOptions {
  app: ServiceApp;
  config: ServiceConfig;
  health: Health;
  logger: Logger;
  /** Closed after the connections: consumers, relays, then pools, then traces. */
  closeables: readonly Closeable[];
}

/** Closes parts one after the other; one that does not close holds up no other. */
export async function closeInOrder(
  closeables: readonly Closeable[],
  logger: Logger,
): Promise<void> {
  for (const part of closeables) {
    await part
      .close()
      .catch(error =>
        logger.error({ error, part: part.name }, 'A part did not close'),
      );
  }
}

/**
 * Stops a service without failing a request: readiness off, a wait in which
 * callers learn of it while requests are still served, connections closed as
 * they fall idle, then everything behind them. Bounded as a whole.
 *
 * @returns whether everything closed in time
 */
export async function drainService(
  options: RunServiceOptions,
): Promise<boolean> {
  const { app, config, health, logger, closeables } = options;
  health.startDraining();
  logger.info('Draining: readiness is off');
  await delay(config.DRAIN_DELAY_MS);
  const closeAll = async () => {
    const closing = app.close();
    // A connection that falls idle after close() began is only closed by us.
    const sweep = setInterval(() => app.server.closeIdleConnections(), 100);
    try {
      await closing;
    } finally {
      clearInterval(sweep);
    }
    await closeInOrder(closeables, logger);
    return true;
  };
  const abort = new AbortController();
  const inTime = await Promise.race([
    closeAll(),
    delay(config.DRAIN_TIMEOUT_MS, false, { signal: abort.signal }).catch(
      () => false,
    ),
  ]);
  abort.abort();
  if (!inTime) {
    app.server.closeAllConnections();
    logger.warn('Drain timed out; remaining connections were cut');
  }
  return inTime;
}

/** Listens, and drains on SIGTERM or SIGINT. A second signal ends at once. */
export async function runService(options: RunServiceOptions): Promise<void> {
  const { app, config, health, logger } = options;
  const fail = (error: unknown) => {
    logger.fatal({ error }, 'Ending after a fault nobody handled');
    process.exit(1);
  };
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);

  let stopping = false;
  const stop = (signal: NodeJS.Signals) => {
    if (stopping) {
      logger.warn({ signal }, 'Second signal; ending at once');
      process.exit(1);
    }
    stopping = true;
    drainService(options).then(inTime => {
      logger.info({ in_time: inTime }, 'Stopped');
      process.exit(inTime ? 0 : 1);
    }, fail);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);

  await app.listen({
    host: config.HOST,
    port: config.PORT,
    listenTextResolver: address => `Listening on ${address}`,
  });
  health.markStarted();
}

import pg from 'pg';
import type { Logger } from 'pino';

/** Options of {@link NotificationListener}. */
export interface NotificationListenerOptions {
  config: pg.ClientConfig;
  channel: string;
  onNotification: (payload: string) => void;
  logger: Logger;
  /** Wait before a broken connection is opened again. */
  retryDelayMs?: number;
}

/**
 * One connection that listens on one channel. It never fails its owner: while
 * the server is away it tries again, and says so once.
 */
export class NotificationListener {
  readonly #options: NotificationListenerOptions;
  #client: pg.Client | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  #failing = false;

  static create(options: NotificationListenerOptions): NotificationListener {
    return new NotificationListener(options);
  }

  private constructor(options: NotificationListenerOptions) {
    this.#options = options;
  }

  /** Resolves after the first attempt, whether or not it succeeded. */
  async start(): Promise<void> {
    await this.#connect();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    const client = this.#client;
    this.#client = undefined;
    await client?.end().catch(() => undefined);
  }

  async #connect(): Promise<void> {
    const { config, channel, onNotification } = this.#options;
    const client = new pg.Client({ ...config, keepAlive: true });
    this.#client = client;
    let over = false;
    const onEnd = (error?: Error) => {
      if (!over) {
        over = true;
        this.#retry(client, error);
      }
    };
    client.on('error', onEnd);
    client.on('end', () => onEnd());
    client.on('notification', ({ payload }) => onNotification(payload ?? ''));
    try {
      await client.connect();
      await client.query(`listen ${client.escapeIdentifier(channel)}`);
      this.#failing = false;
      // What was said while nobody listened is lost: look once.
      onNotification('');
    } catch (error) {
      onEnd(error as Error);
    }
  }

  #retry(client: pg.Client, error: Error | undefined): void {
    client.end().catch(() => undefined);
    if (this.#closed || this.#client !== client) {
      return;
    }
    if (!this.#failing) {
      this.#failing = true;
      this.#options.logger.warn(
        { error, channel: this.#options.channel },
        'The connection that listens broke; polling goes on',
      );
    }
    this.#timer = setTimeout(
      () => this.#connect(),
      this.#options.retryDelayMs ?? 1000,
    );
    this.#timer.unref();
  }
}

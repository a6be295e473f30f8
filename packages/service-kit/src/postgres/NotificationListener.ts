import pg from 'pg';
import type { Logger } from 'pino';
import type { ConnectionSource } from './ConnectionSource.ts';

/** Options of {@link NotificationListener}. */
export interface NotificationListenerOptions {
  /** A change of its credentials moves the listening to a new connection. */
  source: ConnectionSource;
  config: Omit<pg.ClientConfig, 'connectionString'>;
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
  #unsubscribe: (() => void) | undefined;
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
    this.#unsubscribe = this.#options.source.onChange(() => this.#move());
    await this.#connect();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#unsubscribe?.();
    clearTimeout(this.#timer);
    const client = this.#client;
    this.#client = undefined;
    await client?.end().catch(() => undefined);
  }

  /** The old connection goes when the new one has been tried: a hint that comes in between is heard twice rather than never. */
  #move(): void {
    const old = this.#client;
    clearTimeout(this.#timer);
    this.#connect().finally(() => old?.end().catch(() => undefined));
  }

  async #connect(): Promise<void> {
    const { source, config, channel, onNotification } = this.#options;
    const client = new pg.Client({
      ...config,
      connectionString: source.current,
      keepAlive: true,
    });
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

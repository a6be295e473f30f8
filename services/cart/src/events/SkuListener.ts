import type { Logger } from 'pino';
import type { NotificationSource } from '@shopfloor/service-kit';
import { OFFERS_CHANNEL } from '../store/DatabaseCartStore.ts';

/** Options of {@link SkuListener}. */
export interface SkuListenerOptions {
  notifications: NotificationSource;
  onSkus: (skus: readonly string[]) => void;
  logger: Logger;
}

/**
 * Hears from the replica that handled a product's change which SKUs to look up anew.
 * A notification may be lost; then a price is old until its time is over.
 */
export class SkuListener {
  readonly #options: SkuListenerOptions;
  #stop: Promise<() => Promise<void>> | undefined;

  static create(options: SkuListenerOptions): SkuListener {
    return new SkuListener(options);
  }

  private constructor(options: SkuListenerOptions) {
    this.#options = options;
  }

  start(): void {
    const { notifications, onSkus, logger } = this.#options;
    this.#stop ??= notifications.listen(OFFERS_CHANNEL, payload => {
      // Said whenever the connection begins: what was missed meanwhile is as good as lost.
      if (payload === '') {
        return;
      }
      try {
        onSkus(JSON.parse(payload) as string[]);
      } catch (error) {
        logger.warn({ error }, 'A notification about prices was not readable');
      }
    });
  }

  async close(): Promise<void> {
    const stop = await this.#stop;
    await stop?.();
  }
}

import { WorkUnderway } from '@shopfloor/service-kit';
import type { Logger } from 'pino';
import { SIGNATURE_HEADER, signWebhook } from '../domain/signature.ts';
import {
  CLAIM_LIMIT,
  type Delivery,
  type DeliveryStore,
} from '../store/DeliveryStore.ts';

const TIMEOUT_MS = 5000;

/** Sendings at once of what was just made; more wait for a round. */
const MOST_AT_ONCE = 50;

/** Sends webhooks until each has been answered with a 2xx, for a day. */
export class WebhookSender {
  readonly #deliveries: DeliveryStore;
  readonly #logger: Logger;
  readonly #running = WorkUnderway.create();

  static create(options: {
    deliveries: DeliveryStore;
    logger: Logger;
  }): WebhookSender {
    return new WebhookSender(options.deliveries, options.logger);
  }

  private constructor(deliveries: DeliveryStore, logger: Logger) {
    this.#deliveries = deliveries;
    this.#logger = logger;
  }

  /** Whether webhooks of what is made now may be left to this sender. */
  get hasRoom(): boolean {
    return this.#running.size < MOST_AT_ONCE;
  }

  /** Sends what was left to this sender when it was made. What fails is due again soon, or when its lease ends. */
  sendTaken(deliveries: readonly Delivery[]): void {
    for (const delivery of deliveries) {
      this.#running.add(
        this.#send(delivery).catch(error =>
          this.#logger.warn(
            { error, delivery: delivery.id },
            'What became of a webhook was not noted; it is sent again',
          ),
        ),
      );
    }
  }

  /** Waits for what was left to this sender. */
  idle(): Promise<void> {
    return this.#running.idle();
  }

  /** Sends what is due. @returns whether there may be more */
  async sendDue(chargeId?: string): Promise<boolean> {
    const due = await this.#deliveries.claim(chargeId);
    await Promise.all(due.map(delivery => this.#send(delivery)));
    return due.length >= CLAIM_LIMIT;
  }

  /** Sends all that waits for a charge, late or not. */
  async deliverNow(chargeId: string): Promise<void> {
    await this.#deliveries.hurry(chargeId);
    await this.sendDue(chargeId);
  }

  /** Sends the very bytes of earlier webhooks again, old signature and all. @returns the statuses */
  async replay(accountId: string, chargeId: string): Promise<number[]> {
    const sent = await this.#deliveries.sent(accountId, chargeId);
    return Promise.all(
      sent.map(async delivery => {
        const status = await this.#post(delivery, delivery.signature);
        return status ?? 0;
      }),
    );
  }

  async #send(delivery: Delivery): Promise<void> {
    const signature = signWebhook(delivery);
    const status = await this.#post(delivery, signature);
    const delivered = status !== undefined && status >= 200 && status < 300;
    if (!delivered) {
      this.#logger.info(
        { delivery: delivery.id, status_code: status },
        'A webhook was not taken; it is sent again later',
      );
    }
    await this.#deliveries.settle({
      id: delivery.id,
      signature,
      status,
      delivered,
      retryInSeconds: Math.min(2 ** (delivery.attempts - 1), 3600),
    });
  }

  async #post(
    delivery: Delivery,
    signature: string,
  ): Promise<number | undefined> {
    try {
      const response = await fetch(delivery.url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          [SIGNATURE_HEADER]: signature,
        },
        body: delivery.body,
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      await response.body?.cancel();
      return response.status;
    } catch {
      return undefined;
    }
  }
}

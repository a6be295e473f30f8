import {
  inOwnTrace,
  type ServiceMetrics,
  type Tracing,
  WorkUnderway,
} from '@shopfloor/service-kit';
import type { Logger } from 'pino';
import { Counter } from 'prom-client';
import { retryAfterSeconds, WEBHOOK_RETRIES } from '../domain/retry.ts';
import type { DueDelivery, WebhookStore } from '../store/WebhookStore.ts';
import type { SecretBox } from '../webhooks/SecretBox.ts';
import { signatureHeaders } from '../webhooks/signature.ts';
import type { WebhookSender } from '../webhooks/WebhookSender.ts';

/** Options of {@link WebhookWorker}. */
export interface WebhookWorkerOptions {
  store: WebhookStore;
  sender: WebhookSender;
  box: SecretBox;
  /** Failures in a row after which a receiver is no longer tried. */
  disableAfter: number;
  maxConcurrent: number;
  leaseSeconds: number;
  metrics: ServiceMetrics;
  tracing: Tracing;
  logger: Logger;
  random?: () => number;
}

/** Delivers events to receivers, at least once each: a receiver dedups by `webhook-id`. */
export class WebhookWorker {
  readonly #options: WebhookWorkerOptions;
  readonly #running = WorkUnderway.create();
  readonly #attempts: Counter<'outcome'>;

  static create(options: WebhookWorkerOptions): WebhookWorker {
    return new WebhookWorker(options);
  }

  private constructor(options: WebhookWorkerOptions) {
    this.#options = options;
    this.#attempts = new Counter({
      name: 'webhook_attempts_total',
      help: 'Attempts at deliveries, by what came of them.',
      labelNames: ['outcome'],
      registers: [options.metrics.registry],
    });
  }

  /** Begins what is due and does not wait for it: a slow receiver holds up nobody. Says whether more waits. */
  async round(): Promise<boolean> {
    const { store, maxConcurrent, leaseSeconds, tracing } = this.#options;
    const limit = maxConcurrent - this.#running.size;
    if (limit <= 0) {
      return false;
    }
    const due = await store.claimDue({
      limit,
      perSubscription: Math.max(1, Math.floor(maxConcurrent / 4)),
      leaseSeconds,
    });
    for (const delivery of due) {
      this.#running.add(
        inOwnTrace(
          tracing,
          {
            name: 'deliver webhook',
            attributes: { 'shopfloor.delivery.id': delivery.deliveryId },
          },
          () => this.#deliver(delivery),
        ),
      );
    }
    return due.length > 0;
  }

  /** Waits for what was begun. */
  idle(): Promise<void> {
    return this.#running.idle();
  }

  async #deliver(delivery: DueDelivery): Promise<void> {
    const { store, disableAfter, logger, random = Math.random } = this.#options;
    const { deliveryId, subscriptionId, attempts } = delivery;
    try {
      const outcome = await this.#post(delivery);
      this.#attempts.inc({ outcome: outcome.ok ? 'delivered' : 'failed' });
      if (outcome.ok) {
        await store.end({
          deliveryId,
          state: 'delivered',
          status: outcome.status,
          gone: false,
          disableAfter,
        });
        return;
      }
      const wait = outcome.gone
        ? undefined
        : retryAfterSeconds(WEBHOOK_RETRIES, attempts, random());
      logger.info(
        {
          delivery_id: deliveryId,
          subscription_id: subscriptionId,
          attempt: attempts,
          failure: outcome.failure,
        },
        'A webhook was not delivered',
      );
      await store.end({
        deliveryId,
        state: wait === undefined ? 'failed' : 'queued',
        retryAfterSeconds: wait,
        status: outcome.status,
        failure: outcome.failure,
        gone: outcome.gone ?? false,
        disableAfter,
      });
    } catch (error) {
      // Its lease ends, and it is tried again.
      logger.warn(
        { error, delivery_id: deliveryId },
        'The outcome of a webhook was not written down',
      );
    }
  }

  async #post(delivery: DueDelivery) {
    const { sender, box } = this.#options;
    const { deliveryId, subscriptionId, url, body, nowSeconds } = delivery;
    const secrets = delivery.secrets.map(sealed =>
      box.open(sealed, subscriptionId),
    );
    return sender.send({
      url,
      body,
      headers: signatureHeaders(
        { id: deliveryId, timestampSeconds: nowSeconds, body },
        secrets,
      ),
    });
  }
}

import {
  ConflictError,
  InvalidInputError,
  NotFoundError,
  versionMismatch,
} from '@shopfloor/service-kit';
import type {
  SubscriptionChange,
  WebhookDelivery,
  WebhookStore,
  WebhookSubscription,
} from '../store/WebhookStore.ts';
import type { SecretBox } from './SecretBox.ts';
import { createWebhookSecret } from './signature.ts';
import { webhookUrlProblem, type WebhookUrlRules } from './webhookUrl.ts';

/** A webhook with its secret, where that is shown. */
export type WebhookWithSecret = WebhookSubscription & { secret?: string };

/** Options of {@link WebhookService}. */
export interface WebhookServiceOptions {
  store: WebhookStore;
  box: SecretBox;
  rules: WebhookUrlRules;
}

function sameTypes(a: readonly string[], b: readonly string[]): boolean {
  return [...a].sort().join() === [...b].sort().join();
}

function notFound(subscriptionId: string): NotFoundError {
  return new NotFoundError({
    code: 'webhook-not-found',
    message: `There is no webhook ${subscriptionId}.`,
  });
}

/** What staff do with webhooks. A secret is shown when it is made and never again. */
export class WebhookService {
  readonly #store: WebhookStore;
  readonly #box: SecretBox;
  readonly #rules: WebhookUrlRules;

  static create(options: WebhookServiceOptions): WebhookService {
    return new WebhookService(options);
  }

  private constructor(options: WebhookServiceOptions) {
    this.#store = options.store;
    this.#box = options.box;
    this.#rules = options.rules;
  }

  async list(): Promise<WebhookSubscription[]> {
    return this.#store.list();
  }

  /** @throws NotFoundError `webhook-not-found` */
  async get(subscriptionId: string): Promise<WebhookSubscription> {
    const found = await this.#store.find(subscriptionId);
    if (!found) {
      throw notFound(subscriptionId);
    }
    return found;
  }

  /**
   * @throws InvalidInputError `url-not-allowed`
   * @throws ConflictError `id-reused` when the id came with other contents before
   */
  async create(options: {
    subscriptionId: string;
    url: string;
    eventTypes: string[];
    description?: string;
  }): Promise<WebhookWithSecret> {
    const { subscriptionId, url, eventTypes } = options;
    this.#checkUrl(url);
    const secret = createWebhookSecret();
    const created = await this.#store.create({
      ...options,
      secret: this.#box.seal(secret, subscriptionId),
    });
    const webhook = await this.get(subscriptionId);
    if (created) {
      return { ...webhook, secret };
    }
    if (webhook.url !== url || !sameTypes(webhook.eventTypes, eventTypes)) {
      throw new ConflictError({
        code: 'id-reused',
        message: `The webhook ${subscriptionId} exists with other contents.`,
      });
    }
    return webhook;
  }

  /** @throws PreconditionFailedError when somebody else changed it meanwhile */
  async change(options: {
    subscriptionId: string;
    version: number;
    change: SubscriptionChange;
  }): Promise<WebhookSubscription> {
    const { subscriptionId, change } = options;
    if (change.url !== undefined) {
      this.#checkUrl(change.url);
    }
    return (
      (await this.#store.change(options)) ??
      (await this.#changed(subscriptionId))
    );
  }

  /** A new secret. Deliveries are signed with both for a day, so that the receiver can change without a gap. */
  async rotate(options: {
    subscriptionId: string;
    version: number;
  }): Promise<WebhookWithSecret> {
    const { subscriptionId } = options;
    const secret = createWebhookSecret();
    const rotated =
      (await this.#store.rotate({
        ...options,
        secret: this.#box.seal(secret, subscriptionId),
      })) ?? (await this.#changed(subscriptionId));
    return { ...rotated, secret };
  }

  /** @throws NotFoundError `webhook-not-found` */
  async remove(subscriptionId: string): Promise<void> {
    if (!(await this.#store.remove(subscriptionId))) {
      throw notFound(subscriptionId);
    }
  }

  async deliveries(
    subscriptionId: string,
    options: { state?: string; limit: number },
  ): Promise<WebhookDelivery[]> {
    await this.get(subscriptionId);
    return this.#store.deliveries(subscriptionId, options);
  }

  /** @throws NotFoundError `delivery-not-found` */
  async retry(
    subscriptionId: string,
    deliveryId: string,
  ): Promise<WebhookDelivery> {
    const delivery = await this.#store.retry(subscriptionId, deliveryId);
    if (!delivery) {
      throw new NotFoundError({
        code: 'delivery-not-found',
        message: `There is no delivery ${deliveryId} of this webhook.`,
      });
    }
    return delivery;
  }

  async #changed(subscriptionId: string): Promise<never> {
    await this.get(subscriptionId);
    throw versionMismatch(`Webhook ${subscriptionId}`);
  }

  #checkUrl(url: string): void {
    const problem = webhookUrlProblem(url, this.#rules);
    if (problem) {
      throw new InvalidInputError({
        code: 'url-not-allowed',
        message: `The URL ${problem}.`,
        fields: [{ in: 'body', field: '/url', message: problem }],
      });
    }
  }
}

import type { Database, Queryable } from '@shopfloor/service-kit';
import type {
  DeliveryEnd,
  DueDelivery,
  OutgoingEvent,
  SubscriptionChange,
  WebhookDelivery,
  WebhookStore,
  WebhookSubscription,
} from './WebhookStore.ts';
import {
  changeStatement,
  claimDueStatement,
  createStatement,
  deliveriesStatement,
  endStatement,
  fanOutStatement,
  findStatement,
  listStatement,
  removeStatement,
  retryStatement,
  rotateStatement,
} from './webhookStatements.ts';

interface SubscriptionRow {
  subscription_id: string;
  url: string;
  event_types: string[];
  description: string | null;
  enabled: boolean;
  disabled_reason: string | null;
  consecutive_failures: number;
  version: number;
  created_at: Date;
  updated_at: Date;
}

interface DeliveryRow {
  delivery_id: string;
  event_id: string;
  type: string;
  state: WebhookDelivery['state'];
  attempts: number;
  last_status: number | null;
  failure: string | null;
  created_at: Date;
  delivered_at: Date | null;
  next_attempt_at: Date | null;
}

interface DueRow {
  delivery_id: string;
  subscription_id: string;
  body: string;
  attempts: number;
  url: string;
  secret: Buffer;
  previous_secret: Buffer | null;
  now_seconds: string;
}

function toSubscription(row: SubscriptionRow): WebhookSubscription {
  return {
    subscriptionId: row.subscription_id,
    url: row.url,
    eventTypes: row.event_types,
    description: row.description ?? undefined,
    enabled: row.enabled,
    disabledReason: row.disabled_reason ?? undefined,
    consecutiveFailures: row.consecutive_failures,
    version: row.version,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

function toDelivery(row: DeliveryRow): WebhookDelivery {
  return {
    deliveryId: row.delivery_id,
    eventId: row.event_id,
    type: row.type,
    state: row.state,
    attempts: row.attempts,
    lastStatus: row.last_status ?? undefined,
    failure: row.failure ?? undefined,
    createdAt: row.created_at.toISOString(),
    deliveredAt: row.delivered_at?.toISOString(),
    nextAttemptAt: row.next_attempt_at?.toISOString(),
  };
}

/** Webhooks in the service's own database. */
export class DatabaseWebhookStore implements WebhookStore {
  readonly #database: Database;

  static create(options: { database: Database }): DatabaseWebhookStore {
    return new DatabaseWebhookStore(options.database);
  }

  private constructor(database: Database) {
    this.#database = database;
  }

  async fanOut(tx: Queryable, event: OutgoingEvent): Promise<number> {
    const [{ deliveries }] = await tx.query<{ deliveries: number }>(
      fanOutStatement,
      [event.eventId, event.type, event.body],
    );
    return deliveries;
  }

  async create(options: {
    subscriptionId: string;
    url: string;
    eventTypes: string[];
    description?: string;
    secret: Buffer;
  }): Promise<boolean> {
    const rows = await this.#database.query(createStatement, [
      options.subscriptionId,
      options.url,
      options.eventTypes,
      options.description ?? null,
      options.secret,
    ]);
    return rows.length > 0;
  }

  async find(subscriptionId: string): Promise<WebhookSubscription | undefined> {
    const [row] = await this.#database.query<SubscriptionRow>(findStatement, [
      subscriptionId,
    ]);
    return row && toSubscription(row);
  }

  async list(): Promise<WebhookSubscription[]> {
    const rows = await this.#database.query<SubscriptionRow>(listStatement);
    return rows.map(toSubscription);
  }

  async change(options: {
    subscriptionId: string;
    version: number;
    change: SubscriptionChange;
  }): Promise<WebhookSubscription | undefined> {
    const { subscriptionId, version, change } = options;
    const [row] = await this.#database.query<SubscriptionRow>(changeStatement, [
      subscriptionId,
      version,
      change.url ?? null,
      change.eventTypes ?? null,
      change.description ?? null,
      change.enabled ?? null,
    ]);
    return row && toSubscription(row);
  }

  async rotate(options: {
    subscriptionId: string;
    version: number;
    secret: Buffer;
  }): Promise<WebhookSubscription | undefined> {
    const [row] = await this.#database.query<SubscriptionRow>(rotateStatement, [
      options.subscriptionId,
      options.version,
      options.secret,
    ]);
    return row && toSubscription(row);
  }

  async remove(subscriptionId: string): Promise<boolean> {
    const rows = await this.#database.query(removeStatement, [subscriptionId]);
    return rows.length > 0;
  }

  async deliveries(
    subscriptionId: string,
    options: { state?: string; limit: number },
  ): Promise<WebhookDelivery[]> {
    const rows = await this.#database.query<DeliveryRow>(deliveriesStatement, [
      subscriptionId,
      options.state ?? null,
      options.limit,
    ]);
    return rows.map(toDelivery);
  }

  async retry(
    subscriptionId: string,
    deliveryId: string,
  ): Promise<WebhookDelivery | undefined> {
    const [row] = await this.#database.query<DeliveryRow>(retryStatement, [
      subscriptionId,
      deliveryId,
    ]);
    return row && toDelivery(row);
  }

  async claimDue(options: {
    limit: number;
    perSubscription: number;
    leaseSeconds: number;
  }): Promise<DueDelivery[]> {
    const rows = await this.#database.query<DueRow>(claimDueStatement, [
      options.limit,
      options.perSubscription,
      options.leaseSeconds,
    ]);
    return rows.map(row => ({
      deliveryId: row.delivery_id,
      subscriptionId: row.subscription_id,
      url: row.url,
      secrets: [row.secret, row.previous_secret].filter(one => one !== null),
      body: row.body,
      attempts: row.attempts,
      nowSeconds: Number(row.now_seconds),
    }));
  }

  async end(end: DeliveryEnd): Promise<void> {
    await this.#database.query(endStatement, [
      end.deliveryId,
      end.state,
      end.retryAfterSeconds ?? null,
      end.status ?? null,
      end.failure ?? null,
      end.gone,
      end.disableAfter,
    ]);
  }
}

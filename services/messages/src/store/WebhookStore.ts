import type { Queryable } from '@shopfloor/service-kit';

/** A receiver that staff entered. */
export interface WebhookSubscription {
  subscriptionId: string;
  url: string;
  eventTypes: string[];
  description?: string;
  enabled: boolean;
  /** `staff`, `failures` or `gone`. */
  disabledReason?: string;
  consecutiveFailures: number;
  version: number;
  createdAt: string;
  updatedAt: string;
}

/** An event as receivers get it. */
export interface OutgoingEvent {
  eventId: string;
  type: string;
  body: string;
}

/** What became of one event for one receiver. */
export interface WebhookDelivery {
  deliveryId: string;
  eventId: string;
  type: string;
  state: 'queued' | 'delivered' | 'failed';
  attempts: number;
  lastStatus?: number;
  failure?: string;
  createdAt: string;
  deliveredAt?: string;
  nextAttemptAt?: string;
}

/** A delivery that is to be made now. */
export interface DueDelivery {
  deliveryId: string;
  subscriptionId: string;
  url: string;
  /** Sealed; the current one first. */
  secrets: Buffer[];
  body: string;
  attempts: number;
  /** The database's clock, for the signature. */
  nowSeconds: number;
}

/** How a delivery's attempt ended. */
export interface DeliveryEnd {
  deliveryId: string;
  state: 'queued' | 'delivered' | 'failed';
  retryAfterSeconds?: number;
  status?: number;
  failure?: string;
  /** The receiver wants no more. */
  gone: boolean;
  /** Failures in a row after which the receiver is no longer tried. */
  disableAfter: number;
}

/** What staff may change of a subscription. */
export interface SubscriptionChange {
  url?: string;
  eventTypes?: string[];
  description?: string;
  enabled?: boolean;
}

/** Keeps webhooks. Time is the database's. */
export interface WebhookStore {
  /** One delivery for each enabled subscription to the type; says how many. The same event again changes nothing. */
  fanOut(tx: Queryable, event: OutgoingEvent): Promise<number>;

  /** @returns whether it was made now; false when the id is there */
  create(options: {
    subscriptionId: string;
    url: string;
    eventTypes: string[];
    description?: string;
    secret: Buffer;
  }): Promise<boolean>;
  find(subscriptionId: string): Promise<WebhookSubscription | undefined>;
  list(): Promise<WebhookSubscription[]>;
  /** @returns undefined when the version is another by now */
  change(options: {
    subscriptionId: string;
    version: number;
    change: SubscriptionChange;
  }): Promise<WebhookSubscription | undefined>;
  /** The old secret stays valid for a day. @returns undefined when the version is another by now */
  rotate(options: {
    subscriptionId: string;
    version: number;
    secret: Buffer;
  }): Promise<WebhookSubscription | undefined>;
  /** @returns whether it was there */
  remove(subscriptionId: string): Promise<boolean>;

  /** Newest first, at most `limit`. */
  deliveries(
    subscriptionId: string,
    options: { state?: string; limit: number },
  ): Promise<WebhookDelivery[]>;
  /** Puts a settled delivery in line again. @returns undefined when there is none */
  retry(
    subscriptionId: string,
    deliveryId: string,
  ): Promise<WebhookDelivery | undefined>;
  claimDue(options: {
    limit: number;
    /** Most of one receiver at once, so that a slow one holds up no other. */
    perSubscription: number;
    leaseSeconds: number;
  }): Promise<DueDelivery[]>;
  end(end: DeliveryEnd): Promise<void>;
}

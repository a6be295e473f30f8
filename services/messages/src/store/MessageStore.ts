import type { NewEvent, Queryable, Step } from '@shopfloor/service-kit';
import type {
  Audience,
  Language,
  MessageFacts,
  MessageKind,
  MessagePlan,
  MessageState,
  SuppressionScope,
} from '../domain/types.ts';
import type { OutgoingEvent } from './WebhookStore.ts';

/** A message as staff see it. */
export interface Message {
  messageId: string;
  kind: MessageKind;
  audience: Audience;
  orderId: string;
  orderNumber?: string;
  state: MessageState;
  attempts: number;
  language?: Language;
  /** Why it was not sent, or not yet: a stable code. */
  failure?: string;
  /** The message that staff had sent again by this one. */
  resendOf?: string;
  createdAt: string;
  updatedAt: string;
  sentAt?: string;
  nextAttemptAt?: string;
}

/** One try at a message. */
export interface Attempt {
  attempt: number;
  beganAt: string;
  endedAt?: string;
  /** Absent: the process died meanwhile, so it may or may not have been sent. */
  outcome?: string;
}

/** A message that is to be sent now. */
export interface DueMessage {
  messageId: string;
  kind: MessageKind;
  audience: Audience;
  orderId: string;
  orderNumber?: string;
  facts: MessageFacts;
  attempts: number;
}

/** A parcel that an event told of. */
export interface Parcel {
  shipmentId: string;
  version: number;
  orderId: string;
  carrier: string;
  trackingId: string;
  lines: { sku: string; quantity: number }[];
}

/** How an attempt ended. */
export interface AttemptEnd {
  messageId: string;
  attempt: number;
  /** Of the attempt; kept with it. */
  outcome: string;
  /** What becomes of the message; `queued` with a wait. */
  state: MessageState;
  retryAfterSeconds?: number;
  failure?: string;
  language?: Language;
}

/** Which messages staff want to see. */
export interface MessageQuery {
  orderId?: string;
  state?: MessageState;
  limit: number;
  /** Id of the last one of the page before. */
  after?: string;
}

/** Keeps messages. Time is the database's. */
export interface MessageStore {
  /**
   * Notes a message that an event asks for, whose the order is where that is told, and what receivers of webhooks are told. The same
   * event and kind again changes nothing.
   *
   * @returns the statement, whose rows {@link MessageStore.deliveriesOf} and {@link MessageStore.queuedBy} read
   */
  queue(options: {
    messageId: string;
    eventId: string;
    plan: MessagePlan;
    customerId?: string;
    toReceivers?: { type: string; body: string };
    /** For how long it is left to the caller, whose first attempt it is; absent: it is due. */
    claimSeconds?: number;
  }): Step;
  /** The statement that notes a parcel, and what receivers of webhooks are told of it; read as that of `queue`. */
  noteParcel(options: { parcel: Parcel; event: OutgoingEvent }): Step;
  /** Id of the message that such a statement noted; undefined when it was there before. */
  queuedBy(rows: readonly object[]): string | undefined;
  /** Deliveries to receivers that wait after such a statement. */
  deliveriesOf(rows: readonly object[]): number;
  /** Lets go of all that belongs to a customer, and says so by the event, where the event is handled. */
  erase(
    tx: Queryable,
    options: { customerId: string; completed: NewEvent },
  ): Promise<void>;

  claimDue(options: {
    limit: number;
    leaseSeconds: number;
  }): Promise<DueMessage[]>;
  parcelsOf(shipmentId: string): Promise<Parcel[]>;
  /** The scopes in which a recipient gets nothing. */
  suppressed(recipient: string): Promise<SuppressionScope[]>;
  /**
   * Written before the mail server is asked, with whose order it is by now; not for a recipient who gets nothing of the kind.
   *
   * @returns `suppressed` for such a one; `repeated` when an earlier attempt has no end, so that this may be the second mail
   */
  beginAttempt(options: {
    messageId: string;
    attempt: number;
    orderId: string;
    customerId?: string;
    /** Absent for care, who get everything. */
    recipient?: string;
    optional: boolean;
  }): Promise<'begun' | 'repeated' | 'suppressed'>;
  endAttempt(end: AttemptEnd): Promise<void>;

  find(
    messageId: string,
  ): Promise<(Message & { history: Attempt[] }) | undefined>;
  /** Newest first, at most `limit + 1`. */
  list(query: MessageQuery): Promise<Message[]>;
  /**
   * A new message that says the same again. The same `resendId` again changes nothing.
   *
   * @returns undefined when there is no such message
   */
  resend(options: {
    messageId: string;
    resendId: string;
  }): Promise<Message | undefined>;

  suppress(options: {
    recipient: string;
    scope: SuppressionScope;
    source: 'recipient' | 'staff';
  }): Promise<void>;
  unsuppress(recipient: string): Promise<number>;

  messagesOfCustomer(customerId: string): Promise<Message[]>;
  /** Deletes what is older, and says how much. */
  deleteOlderThan(options: { days: number; limit: number }): Promise<number>;
  /** Messages in a state, for the metrics. */
  countWaiting(): Promise<{
    queued: number;
    dead: number;
    oldestSeconds: number;
  }>;
}

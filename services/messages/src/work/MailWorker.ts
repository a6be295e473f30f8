import {
  inOwnTrace,
  type ServiceMetrics,
  type Tracing,
  WorkUnderway,
} from '@shopfloor/service-kit';
import type { Logger } from 'pino';
import { Counter, Gauge } from 'prom-client';
import type { OrdersClient } from '../clients/OrdersClient.ts';
import { ContactError } from '../domain/contact.ts';
import type { RecipientKeys } from '../domain/recipient.ts';
import { MAIL_RETRIES, retryAfterSeconds } from '../domain/retry.ts';
import { TokenBucket } from '../domain/TokenBucket.ts';
import {
  type Language,
  type MessageState,
  OPTIONAL_KINDS,
} from '../domain/types.ts';
import type { Mail, Mailer } from '../mail/Mailer.ts';
import type { DueMessage, MessageStore } from '../store/MessageStore.ts';
import {
  renderCareMessage,
  renderShopperMessage,
} from '../templates/renderMessage.ts';

/** What messages say of the shop. */
export interface ShopIdentity {
  name: string;
  /** Where `/unsubscribe` is. */
  url: string;
  orderPageUrl?: string;
  careMailbox: string;
  careLanguage: Language;
  /** Right side of every Message-ID. */
  messageIdDomain: string;
}

/** Options of {@link MailWorker}. */
export interface MailWorkerOptions {
  store: MessageStore;
  orders: OrdersClient;
  mailer: Mailer;
  keys: RecipientKeys;
  shop: ShopIdentity;
  /** Messages a second that this replica hands to the mail server. */
  maxPerSecond: number;
  /** Messages at once. */
  maxConcurrent: number;
  /** How long a claimed message is left alone by others; longer than all that is waited for. */
  leaseSeconds: number;
  metrics: ServiceMetrics;
  tracing: Tracing;
  logger: Logger;
  random?: () => number;
}

/** Longer than it takes to note a message: a place whose event was handled elsewhere is free again after it. */
const RESERVED_MS = 30_000;

/** A message with all that is needed to send it, or why it is not sent. */
type Prepared =
  | {
      mail: Mail;
      language: Language;
      customerId?: string;
      /** Keyed hash; absent for care. */
      recipient?: string;
    }
  | { settled: MessageState; failure: string }
  | { failure: string };

/**
 * Sends what is due. The attempt is written down before the mail server is asked and
 * its outcome after, so a message goes out once, except where a process dies, or the
 * line is cut, between the server's acceptance and our note of it: then it is sent
 * again under the same Message-ID. SMTP has no way to ask.
 */
export class MailWorker {
  readonly #options: MailWorkerOptions;
  readonly #bucket: TokenBucket;
  readonly #outcomes: Counter<'kind' | 'outcome'>;
  readonly #repeated: Counter;
  /** By the event that asks for the message: until when its place is kept, in milliseconds of `performance.now()`. */
  readonly #reserved = new Map<string, number>();
  readonly #running = WorkUnderway.create();

  static create(options: MailWorkerOptions): MailWorker {
    return new MailWorker(options);
  }

  private constructor(options: MailWorkerOptions) {
    this.#options = options;
    this.#bucket = TokenBucket.create({ perSecond: options.maxPerSecond });
    const registers = [options.metrics.registry];
    this.#outcomes = new Counter({
      name: 'messages_attempts_total',
      help: 'Attempts at messages, by what came of them.',
      labelNames: ['kind', 'outcome'],
      registers,
    });
    this.#repeated = new Counter({
      name: 'messages_perhaps_repeated_total',
      help: 'Messages sent although an earlier attempt may have succeeded.',
      registers,
    });
    registerWaiting(options);
  }

  /** For how long a message is left to whoever claims it. */
  get leaseSeconds(): number {
    return this.#options.leaseSeconds;
  }

  /**
   * Keeps a place for the message that an event asks for, so that it may be noted as claimed by this worker and no round has to find
   * it. Asked again for the same event it is the same place.
   *
   * @returns whether there is one: the mail server can be used and not too much is at hand
   */
  reserve(eventId: string): boolean {
    const { mailer, maxConcurrent } = this.#options;
    const now = performance.now();
    for (const [id, until] of this.#reserved) {
      if (until <= now) {
        this.#reserved.delete(id);
      }
    }
    if (this.#reserved.has(eventId)) {
      return true;
    }
    if (
      !mailer.usable ||
      this.#running.size + this.#reserved.size >= maxConcurrent ||
      this.#bucket.available() === 0
    ) {
      return false;
    }
    this.#bucket.take(1);
    this.#reserved.set(eventId, now + RESERVED_MS);
    return true;
  }

  /** Gives a kept place up. @returns whether there was one */
  release(eventId: string): boolean {
    return this.#reserved.delete(eventId);
  }

  /** Sends a message that was noted as claimed. What fails is due again when its claim ends. */
  sendClaimed(message: DueMessage): void {
    this.#running.add(
      this.#sendTraced(message).catch(error =>
        this.#options.logger.warn(
          { error, message_id: message.messageId },
          'What became of a message was not noted; it is tried again',
        ),
      ),
    );
  }

  /** Waits for messages that were noted as claimed. */
  idle(): Promise<void> {
    return this.#running.idle();
  }

  /** Sends what is due. Says whether more waits. */
  async round(): Promise<boolean> {
    const { store, mailer, maxConcurrent, leaseSeconds } = this.#options;
    // What waits for the secret counts as no attempt, so that nothing is given up over it.
    if (!mailer.usable) {
      return false;
    }
    const limit = Math.min(maxConcurrent, this.#bucket.available());
    if (limit === 0) {
      return false;
    }
    const due = await store.claimDue({ limit, leaseSeconds });
    this.#bucket.take(due.length);
    await Promise.all(due.map(message => this.#sendTraced(message)));
    return due.length === maxConcurrent;
  }

  async #sendTraced(message: DueMessage): Promise<void> {
    await inOwnTrace(
      this.#options.tracing,
      {
        name: `send ${message.kind}`,
        attributes: { 'shopfloor.message.id': message.messageId },
      },
      () => this.#send(message),
    );
  }

  async #send(message: DueMessage): Promise<void> {
    const { store, mailer, logger } = this.#options;
    const { messageId, kind, attempts: attempt } = message;
    const prepared = await this.#prepare(message);
    if (!('mail' in prepared)) {
      await this.#end(message, prepared);
      return;
    }
    const { mail, language, customerId, recipient } = prepared;
    const begun = await store.beginAttempt({
      messageId,
      attempt,
      orderId: message.orderId,
      customerId,
      recipient,
      optional: OPTIONAL_KINDS.includes(kind),
    });
    if (begun === 'suppressed') {
      await this.#end(message, { settled: begun, failure: 'suppressed' });
      return;
    }
    if (begun === 'repeated') {
      this.#repeated.inc();
      logger.warn(
        { message_id: messageId, kind, attempt },
        'A message may be sent twice: an earlier attempt has no end',
      );
    }
    const outcome = await mailer.send(mail);
    this.#outcomes.inc({ kind, outcome: outcome.result });
    if (outcome.result === 'accepted') {
      await store.endAttempt({
        messageId,
        attempt,
        outcome: 'accepted',
        state: 'sent',
        language,
      });
    } else {
      await this.#end(message, {
        settled: outcome.result === 'rejected' ? 'rejected' : undefined,
        outcome: outcome.result,
        failure: outcome.failure,
        language,
      });
    }
  }

  /** Settles a message that was not sent, or puts it in line again. */
  async #end(
    message: DueMessage,
    end: {
      settled?: MessageState;
      outcome?: string;
      failure: string;
      language?: Language;
    },
  ): Promise<void> {
    const { store, logger, random = Math.random } = this.#options;
    const { messageId, kind, attempts: attempt } = message;
    const wait =
      end.settled === undefined
        ? retryAfterSeconds(MAIL_RETRIES, attempt, random())
        : undefined;
    const state = end.settled ?? (wait === undefined ? 'dead' : 'queued');
    if (state !== 'suppressed' && state !== 'withdrawn') {
      logger.warn(
        { message_id: messageId, kind, attempt, state, failure: end.failure },
        'A message was not sent',
      );
    }
    if (end.outcome === undefined) {
      this.#outcomes.inc({ kind, outcome: end.settled ?? 'not-prepared' });
    }
    await store.endAttempt({
      messageId,
      attempt,
      outcome: end.outcome ?? 'not-sent',
      state,
      retryAfterSeconds: wait,
      failure: end.failure,
      language: end.language,
    });
  }

  async #prepare(message: DueMessage): Promise<Prepared> {
    try {
      return message.audience === 'care'
        ? this.#prepareCare(message)
        : await this.#prepareShopper(message);
    } catch (error) {
      this.#options.logger.warn(
        { error, message_id: message.messageId, kind: message.kind },
        'A message could not be prepared',
      );
      return {
        failure:
          error instanceof ContactError
            ? 'contact-unusable'
            : 'orders-unavailable',
      };
    }
  }

  #prepareCare(message: DueMessage): Prepared {
    const { shop } = this.#options;
    const language = shop.careLanguage;
    return {
      language,
      mail: this.#mail(message, shop.careMailbox, {
        ...renderCareMessage({
          orderId: message.orderId,
          orderNumber: message.orderNumber ?? message.orderId,
          reason: message.facts.reason ?? '',
          language,
          shopName: shop.name,
        }),
      }),
    };
  }

  async #prepareShopper(message: DueMessage): Promise<Prepared> {
    const { store, orders, keys, shop } = this.#options;
    const { kind, facts } = message;
    const contact = await orders.contact(message.orderId);
    if (!contact || kind === 'care-needed') {
      return { settled: 'withdrawn', failure: 'contact-gone' };
    }
    const recipient = keys.hash(contact.email);
    const unsubscribeUrl = OPTIONAL_KINDS.includes(kind)
      ? `${shop.url.replace(/\/+$/, '')}/unsubscribe?token=${keys.token({ recipient, scope: 'optional' })}`
      : undefined;
    const parcels =
      kind === 'order-shipped' && facts.shipmentId !== undefined
        ? await store.parcelsOf(facts.shipmentId)
        : [];
    const rendered = renderShopperMessage({
      kind,
      contact,
      facts,
      parcels,
      shopName: shop.name,
      orderPageUrl: shop.orderPageUrl,
      unsubscribeUrl,
    });
    return {
      language: contact.language,
      customerId: contact.customerId,
      recipient,
      mail: this.#mail(message, contact.email, rendered, unsubscribeUrl),
    };
  }

  #mail(
    message: DueMessage,
    to: string,
    rendered: { subject: string; text: string; html: string },
    unsubscribeUrl?: string,
  ): Mail {
    return {
      ...rendered,
      to,
      messageId: `${message.messageId}@${this.#options.shop.messageIdDomain}`,
      headers: {
        // No holiday replies to a machine (RFC 3834).
        'Auto-Submitted': 'auto-generated',
        'X-Auto-Response-Suppress': 'All',
        ...(unsubscribeUrl && {
          'List-Unsubscribe': `<${unsubscribeUrl}>`,
          // One click, without a page in between (RFC 8058).
          'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
        }),
      },
    };
  }
}

/** Gauges of what is not settled, asked of the database at each scrape. */
function registerWaiting({ metrics, store }: MailWorkerOptions): void {
  const oldest = new Gauge({
    name: 'messages_oldest_waiting_seconds',
    help: 'Age of the oldest message in line.',
    registers: [],
  });
  const waiting = new Gauge({
    name: 'messages_waiting',
    help: 'Messages that are not settled: in line, or given up.',
    labelNames: ['state'],
    registers: [],
    async collect() {
      // A scrape must not fail because the database does.
      const counts = await store.countWaiting().catch(() => undefined);
      if (counts) {
        this.set({ state: 'queued' }, counts.queued);
        this.set({ state: 'dead' }, counts.dead);
        oldest.set(counts.oldestSeconds);
      }
    },
  });
  metrics.registry.registerMetric(waiting);
  metrics.registry.registerMetric(oldest);
}

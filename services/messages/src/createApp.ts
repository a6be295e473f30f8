import {
  type AccessPluginOptions,
  type BackgroundWork,
  connectEvents,
  createServiceApp,
  type Database,
  type EventConsumer,
  type EventLog,
  namedWork,
  type OutboxRelay,
  RepeatedWork,
  type ServiceApp,
  type ServiceParts,
  workToEnd,
} from '@shopfloor/service-kit';
import type { OrdersClient } from './clients/OrdersClient.ts';
import { domainOf, type MessagesConfig, trustedHosts } from './config.ts';
import {
  CONSUMED_TOPICS,
  CONSUMER_GROUP,
  messageEventHandlers,
} from './events/handlers.ts';
import { RecipientKeys } from './domain/recipient.ts';
import { registerMessageRoutes } from './http/messageRoutes.ts';
import { registerPublicRoutes } from './http/publicRoutes.ts';
import { namedSchemas } from './http/schemas.ts';
import { registerWebhookRoutes } from './http/webhookRoutes.ts';
import type { Mailer } from './mail/Mailer.ts';
import { DatabaseMessageStore } from './store/DatabaseMessageStore.ts';
import { DatabaseWebhookStore } from './store/DatabaseWebhookStore.ts';
import type { MessageStore } from './store/MessageStore.ts';
import type { WebhookStore } from './store/WebhookStore.ts';
import { SecretBox } from './webhooks/SecretBox.ts';
import { WebhookSender } from './webhooks/WebhookSender.ts';
import { WebhookService } from './webhooks/WebhookService.ts';
import { MailWorker } from './work/MailWorker.ts';
import { WebhookWorker } from './work/WebhookWorker.ts';

/** Options of {@link createApp}. */
export interface CreateAppOptions extends ServiceParts<MessagesConfig> {
  database: Database;
  log: EventLog;
  orders: OrdersClient;
  mailer: Mailer;
  access: Omit<AccessPluginOptions, 'service'>;
}

/** The application, and the work that runs beside it. */
export interface Messages {
  app: ServiceApp;
  messages: MessageStore;
  webhooks: WebhookStore;
  mailWork: RepeatedWork;
  webhookWork: RepeatedWork;
  retentionWork: RepeatedWork;
  relay: OutboxRelay;
  consumer: EventConsumer;
  /** All of it, in the order in which it is closed. */
  work: readonly BackgroundWork[];
  /** Waits for deliveries that have begun. */
  webhooksIdle(): Promise<void>;
  /** Something may be due. */
  nudge(): void;
}

const RETENTION_INTERVAL_MS = 600_000;
const RETENTION_BATCH = 1000;

/** Builds the application of messages. It does not listen, and its work does not run. */
export async function createApp(options: CreateAppOptions): Promise<Messages> {
  const { database, config, metrics, tracing, logger, orders, mailer } =
    options;
  const app = await createServiceApp({
    ...options,
    load: config,
    openApi: {
      title: 'Messages',
      version: '1.0.0',
      description:
        'E-mail to shoppers and to care, and webhooks, on events of orders. No address and no text of a message is kept.',
      tags: [
        { name: 'messages', description: 'For the people of care.' },
        { name: 'recipients', description: 'Who gets nothing any more.' },
        { name: 'webhooks', description: 'Receivers outside the shop.' },
        { name: 'privacy', description: 'What is kept about a person.' },
        { name: 'events', description: 'Dead letters, for staff.' },
      ],
    },
  });
  const messages = DatabaseMessageStore.create({ database });
  const webhooks = DatabaseWebhookStore.create({ database });
  const keys = RecipientKeys.create({ secret: config.RECIPIENT_KEY });
  const box = SecretBox.create({ key: config.WEBHOOK_KEY });
  const rules = { trustedHosts: trustedHosts(config) };
  const mailWorker = MailWorker.create({
    store: messages,
    orders,
    mailer,
    keys,
    shop: {
      name: config.SHOP_NAME,
      url: config.SHOP_URL,
      orderPageUrl: config.ORDER_PAGE_URL || undefined,
      careMailbox: config.CARE_MAILBOX,
      careLanguage: config.CARE_LANGUAGE,
      messageIdDomain: domainOf(config.MAIL_FROM),
    },
    maxPerSecond: config.SMTP_MAX_PER_SECOND,
    maxConcurrent: config.SMTP_POOL_MAX,
    leaseSeconds: leaseFor(config.SMTP_TIMEOUT_MS + config.ORDERS_TIMEOUT_MS),
    metrics,
    tracing,
    logger,
  });
  const webhookWorker = WebhookWorker.create({
    store: webhooks,
    sender: WebhookSender.create({
      rules,
      timeoutMs: config.WEBHOOK_TIMEOUT_MS,
    }),
    box,
    disableAfter: config.WEBHOOK_DISABLE_AFTER,
    maxConcurrent: config.WEBHOOK_MAX_CONCURRENT,
    leaseSeconds: leaseFor(config.WEBHOOK_TIMEOUT_MS),
    metrics,
    tracing,
    logger,
  });
  const repeat = (name: string, round: () => Promise<boolean>) =>
    RepeatedWork.create({
      name,
      round,
      intervalMs: config.POLL_INTERVAL_MS,
      metrics,
      logger,
    });
  const mailWork = repeat('mail', () => mailWorker.round());
  const webhookWork = repeat('webhooks', () => webhookWorker.round());
  const retentionWork = RepeatedWork.create({
    name: 'retention',
    round: async () =>
      (await messages.deleteOlderThan({
        days: config.RETENTION_DAYS,
        limit: RETENTION_BATCH,
      })) >= RETENTION_BATCH,
    intervalMs: RETENTION_INTERVAL_MS,
    metrics,
    logger,
  });
  const nudge = () => {
    mailWork.nudge();
    webhookWork.nudge();
  };
  for (const schema of namedSchemas()) {
    app.addSchema(schema);
  }
  await registerPublicRoutes(app, { store: messages, keys });
  registerMessageRoutes(app, { store: messages, keys, onQueued: nudge });
  registerWebhookRoutes(app, {
    webhooks: WebhookService.create({ store: webhooks, box, rules }),
    onQueued: nudge,
  });
  const { consumer, relay } = connectEvents(app, {
    ...options,
    group: CONSUMER_GROUP,
    topics: CONSUMED_TOPICS,
    handlers: messageEventHandlers({
      messages,
      webhooks,
      taker: mailWorker,
      onMessage: () => mailWork.nudge(),
      onDelivery: () => webhookWork.nudge(),
    }),
    access: 'staff:care',
  });
  return {
    app,
    messages,
    webhooks,
    mailWork,
    webhookWork,
    retentionWork,
    relay,
    consumer,
    work: [
      namedWork('consumer', consumer),
      mailWork,
      workToEnd('mails', () => mailWorker.idle()),
      webhookWork,
      workToEnd('deliveries', () => webhookWorker.idle()),
      retentionWork,
      namedWork('relay', relay),
    ],
    webhooksIdle: () => webhookWorker.idle(),
    nudge,
  };
}

/** A lease outlasts all that is waited for, and what the database takes to write it down. */
function leaseFor(waitMs: number): number {
  return Math.ceil(waitMs / 1000) + 30;
}

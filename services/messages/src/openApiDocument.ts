import {
  createLogger,
  type Database,
  type EventLog,
  Health,
  RegoAccessPolicy,
  type ServiceApp,
  ServiceMetrics,
  Tracing,
} from '@shopfloor/service-kit';
import { readMessagesConfig } from './config.ts';
import { createApp } from './createApp.ts';

/** How the committed document is renewed. */
export const REGENERATE = 'yarn workspace @shopfloor/messages openapi';

const refuse = () => Promise.reject(new Error('There is nothing behind this'));

/** What has no default, for an application that sends nothing. */
const DOCUMENTED_ENVIRONMENT = {
  DATABASE_URL: 'postgresql://none',
  SMTP_URL: 'smtp://none',
  MAIL_FROM: 'orders@shop.example',
  CARE_MAILBOX: 'care@shop.example',
  SHOP_NAME: 'Shop',
  SHOP_URL: 'http://shop.example',
  RECIPIENT_KEY: 'a key of at least 32 characters..',
  WEBHOOK_KEY: 'a key of at least 32 characters..',
};

/** Refuses every query: the document needs none. */
const noDatabase: Database = {
  query: refuse,
  transaction: refuse,
  ping: refuse,
  close: () => Promise.resolve(),
};

/** Takes and gives nothing. */
const noLog: EventLog = {
  append: refuse,
  consume: refuse,
  replay: refuse,
  generations: false,
  ping: refuse,
  close: () => Promise.resolve(),
};

/** An application that is only asked for its OpenAPI document. */
export async function createDocumentedApp(): Promise<ServiceApp> {
  const service = {
    name: 'messages',
    version: '0.0.0',
    release: 'v1',
    environment: 'none',
    instance: 'none',
  };
  const logger = createLogger({ service, level: 'fatal' });
  const { app } = await createApp({
    service,
    config: readMessagesConfig(DOCUMENTED_ENVIRONMENT),
    database: noDatabase,
    log: noLog,
    orders: { contact: refuse },
    mailer: { send: refuse, close: () => Promise.resolve() },
    access: {
      verifier: {
        verify: () => Promise.reject(new Error('There is no issuer here')),
      },
      policy: RegoAccessPolicy.create({ logger }),
      allowedCallers: [],
    },
    health: new Health(),
    metrics: ServiceMetrics.create({ processMetrics: false }),
    tracing: Tracing.create({ service }),
    logger,
  });
  return app;
}

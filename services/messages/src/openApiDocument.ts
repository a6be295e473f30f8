import {
  documentedParts,
  refuse,
  type ServiceApp,
} from '@shopfloor/service-kit';
import { readMessagesConfig } from './config.ts';
import { createApp } from './createApp.ts';

/** What has no default, for an application that sends nothing. */
const DOCUMENTED_ENVIRONMENT = {
  SMTP_URL: 'smtp://none',
  MAIL_FROM: 'orders@shop.example',
  CARE_MAILBOX: 'care@shop.example',
  SHOP_NAME: 'Shop',
  SHOP_URL: 'http://shop.example',
  RECIPIENT_KEY: 'a key of at least 32 characters..',
  WEBHOOK_KEY: 'a key of at least 32 characters..',
};

/** An application that is only asked for its OpenAPI document. */
export async function createDocumentedApp(): Promise<ServiceApp> {
  const { app } = await createApp({
    ...documentedParts({
      name: 'messages',
      read: readMessagesConfig,
      env: DOCUMENTED_ENVIRONMENT,
    }),
    orders: { contact: refuse },
    mailer: {
      usable: false,
      send: refuse,
      close: () => Promise.resolve(),
    },
  });
  return app;
}

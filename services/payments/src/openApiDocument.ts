import {
  documentedParts,
  EventConsumer,
  RefusedEvents,
  type ServiceApp,
  ServiceClient,
} from '@shopfloor/service-kit';
import { readPaymentsConfig } from './config.ts';
import { createApp } from './createApp.ts';
import { handlers } from './events/handlers.ts';
import {
  TESTPAY_PROFILES,
  TestpayProvider,
} from './providers/testpay/TestpayProvider.ts';

/** An application that is only asked for its OpenAPI document. */
export async function createDocumentedApp(): Promise<ServiceApp> {
  const kit = documentedParts({
    name: 'payments',
    read: readPaymentsConfig,
    env: {
      PAYMENT_PROVIDER_API_KEY: 'none',
      PAYMENT_PROVIDER_WEBHOOK_SECRET: 'none',
    },
  });
  const { app } = await createApp({
    ...kit,
    providers: [
      TestpayProvider.create({
        client: ServiceClient.create({
          ...kit,
          dependency: 'payment-provider',
          baseUrl: 'http://none.invalid',
        }),
        apiKey: '',
        webhookSecret: '',
        capabilities: TESTPAY_PROFILES.full,
      }),
    ],
    events: {
      consumers: [
        EventConsumer.create({
          ...kit,
          group: 'payments',
          topics: [],
          handlers,
        }),
      ],
      refused: RefusedEvents.create(kit),
    },
  });
  return app;
}

import { documentedParts, type ServiceApp } from '@shopfloor/service-kit';
import { readProviderConfig } from './config.ts';
import { createApp } from './createApp.ts';

/** An application that is only asked for its OpenAPI document. */
export async function createDocumentedApp(): Promise<ServiceApp> {
  const { app } = await createApp(
    documentedParts({
      name: 'test-payment-provider',
      read: readProviderConfig,
      env: {
        MERCHANT_API_KEY: 'none',
        SINGLE_CAPTURE_API_KEY: 'none',
        MERCHANT_WEBHOOK_SECRET: 'none',
      },
    }),
  );
  return app;
}

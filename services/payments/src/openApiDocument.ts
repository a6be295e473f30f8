import {
  createLogger,
  type Database,
  EventConsumer,
  Health,
  loadConfig,
  RefusedEvents,
  RegoAccessPolicy,
  type ServiceApp,
  ServiceClient,
  ServiceMetrics,
  Tracing,
} from '@shopfloor/service-kit';
import { paymentsConfigSpec } from './config.ts';
import { createApp } from './createApp.ts';
import { handlers } from './events/handlers.ts';
import {
  TESTPAY_PROFILES,
  TestpayProvider,
} from './providers/testpay/TestpayProvider.ts';

/** How the committed document is renewed. */
export const REGENERATE = 'yarn workspace @shopfloor/payments openapi';

const refuse = () => Promise.reject(new Error('There is no database here'));

/** Refuses every query: the document needs none. */
const noDatabase: Database = {
  query: refuse,
  transaction: refuse,
  ping: refuse,
  close: () => Promise.resolve(),
};

/** An application that is only asked for its OpenAPI document. */
export async function createDocumentedApp(): Promise<ServiceApp> {
  const service = {
    name: 'payments',
    version: '0.0.0',
    release: 'v1',
    environment: 'none',
    instance: 'none',
  };
  const {
    DATABASE_URL,
    PAYMENT_PROVIDER_API_KEY,
    PAYMENT_PROVIDER_WEBHOOK_SECRET,
    ...keysWithoutSecrets
  } = paymentsConfigSpec;
  const logger = createLogger({ service, level: 'fatal' });
  const tracing = Tracing.create({ service });
  const metrics = ServiceMetrics.create({ processMetrics: false });
  const telemetry = { metrics, tracing, logger };
  const { app } = await createApp({
    service,
    config: loadConfig(keysWithoutSecrets, {}),
    database: noDatabase,
    access: {
      verifier: { verify: refuse },
      policy: RegoAccessPolicy.create({ logger }),
      allowedCallers: [],
    },
    providers: [
      TestpayProvider.create({
        client: ServiceClient.create({
          ...telemetry,
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
          ...telemetry,
          database: noDatabase,
          log: { consume: refuse },
          group: 'payments',
          topics: [],
          handlers,
        }),
      ],
      refused: RefusedEvents.create({ ...telemetry, database: noDatabase }),
    },
    health: new Health(),
    ...telemetry,
  });
  return app;
}

import {
  EventConsumer,
  namedWork,
  OutboxRelay,
  RefusedEvents,
  runMain,
  ServiceBase,
  ServiceClient,
} from '@shopfloor/service-kit';
import { readPaymentsConfig } from './config.ts';
import { createApp } from './createApp.ts';
import { handlers } from './events/handlers.ts';
import {
  TESTPAY_PROFILES,
  TestpayProvider,
} from './providers/testpay/TestpayProvider.ts';

runMain(async () => {
  const config = readPaymentsConfig(process.env);
  const base = ServiceBase.create({ name: 'payments', config });
  const testpay = base.open(
    'provider',
    TestpayProvider.create({
      client: ServiceClient.create({
        ...base.parts,
        dependency: 'payment-provider',
        baseUrl:
          config.PAYMENT_PROVIDER_URL ??
          `http://test-payment-provider.${config.POD_NAMESPACE}.svc.cluster.local:8080`,
        timeoutMs: config.PAYMENT_PROVIDER_TIMEOUT_MS,
        maxConcurrent: config.PAYMENT_PROVIDER_MAX_CONCURRENT,
      }),
      apiKey: config.PAYMENT_PROVIDER_API_KEY,
      webhookSecret: config.PAYMENT_PROVIDER_WEBHOOK_SECRET,
      capabilities: TESTPAY_PROFILES[config.PAYMENT_PROVIDER_PROFILE],
    }),
  );
  const log = await base.openEventLog();
  const consumer = EventConsumer.create({
    ...base.parts,
    log,
    group: 'payments',
    topics: ['shop.customers'],
    handlers,
  });
  const { app, work } = await createApp({
    ...base.parts,
    access: base.createAccess(),
    providers: [testpay],
    events: {
      consumers: [consumer],
      refused: RefusedEvents.create(base.parts),
    },
  });
  await base.run({
    app,
    work: [
      ...work,
      namedWork('consumer', consumer),
      namedWork('relay', OutboxRelay.create({ ...base.parts, log })),
    ],
  });
});

import {
  type AccessPluginOptions,
  type BackgroundWork,
  createServiceApp,
  type Database,
  type EventConsumer,
  type RefusedEvents,
  refuseCardData,
  registerEventTools,
  RepeatedWork,
  type ServiceApp,
  type ServiceParts,
} from '@shopfloor/service-kit';
import { PaymentWorker } from './background/PaymentWorker.ts';
import { Reconciler } from './background/Reconciler.ts';
import type { PaymentsConfig } from './config.ts';
import { KnownVersions } from './domain/KnownVersions.ts';
import { PaymentService } from './domain/PaymentService.ts';
import { ProviderDriver } from './domain/ProviderDriver.ts';
import { registerPaymentRoutes } from './http/paymentRoutes.ts';
import { registerReconciliationRoutes } from './http/reconciliationRoutes.ts';
import { registerWebhookRoutes } from './http/webhookRoutes.ts';
import type { PaymentProvider } from './providers/PaymentProvider.ts';
import { DatabasePaymentStore } from './store/DatabasePaymentStore.ts';
import { ReconciliationStore } from './store/ReconciliationStore.ts';

/** Options of {@link createApp}. */
export interface CreateAppOptions extends ServiceParts<
  Omit<
    PaymentsConfig,
    | 'DATABASE_URL'
    | 'PAYMENT_PROVIDER_API_KEY'
    | 'PAYMENT_PROVIDER_WEBHOOK_SECRET'
  >
> {
  database: Database;
  access: Omit<AccessPluginOptions, 'service'>;
  /** The first takes new payments. */
  providers: readonly PaymentProvider[];
  /** What carries events in and out, for the tools of staff. */
  events: {
    consumers: readonly Pick<EventConsumer, 'deadLetters'>[];
    refused: RefusedEvents | undefined;
  };
}

/** The application with what works behind it. */
export interface PaymentsApp {
  app: ServiceApp;
  /** In the order in which it is closed. */
  work: readonly BackgroundWork[];
}

/** Room between the end of a provider's call and the end of its lease. */
const LEASE_MARGIN_SECONDS = 2;

/** How often is looked whether a comparison is due. */
const RECONCILE_LOOK_MS = 10_000;

const CLEANING_INTERVAL_MS = 3_600_000;

/** Builds payments. It neither listens nor works in the background yet. */
export async function createApp(
  options: CreateAppOptions,
): Promise<PaymentsApp> {
  const { database, providers, events, ...kit } = options;
  const { config, metrics, logger } = kit;
  const app = await createServiceApp({
    ...kit,
    load: config,
    openApi: {
      title: 'Payments',
      version: '1.0.0',
      description:
        'Authorisations, captures and refunds at payment providers. Amounts are whole numbers in the minor unit of their currency. Every request carries its own id and may be repeated. Card data is refused wherever it appears.',
      tags: [
        { name: 'payments', description: 'What orders asks for.' },
        { name: 'webhooks', description: 'What providers tell.' },
        { name: 'reconciliation', description: 'Our ledger and theirs.' },
        { name: 'privacy', description: 'What is held about people.' },
        { name: 'events', description: 'Events that could not be handled.' },
      ],
    },
  });
  refuseCardData(app);
  const byName = new Map(providers.map(provider => [provider.name, provider]));
  const store = DatabasePaymentStore.create({ database });
  const reconciliations = ReconciliationStore.create({ database });
  const known = KnownVersions.create();
  const driver = ProviderDriver.create({
    store,
    known,
    providers: byName,
    leaseSeconds:
      Math.ceil(config.PAYMENT_PROVIDER_TIMEOUT_MS / 1000) +
      LEASE_MARGIN_SECONDS,
    giveUpSeconds: config.AUTHORISATION_GIVE_UP_SECONDS,
    reauthoriseBeforeSeconds: config.REAUTHORISE_BEFORE_SECONDS,
  });
  const worker = PaymentWorker.create({
    store,
    driver,
    metrics,
    logger,
    reauthoriseBeforeSeconds: config.REAUTHORISE_BEFORE_SECONDS,
  });
  const reconciler = Reconciler.create({
    store: reconciliations,
    payments: store,
    driver,
    providers: byName,
    database,
    metrics,
    everySeconds: config.RECONCILE_EVERY_SECONDS,
    graceSeconds: config.RECONCILE_GRACE_SECONDS,
  });
  const unfinished = RepeatedWork.create({
    name: 'payments',
    round: () => worker.round(),
    intervalMs: config.WORKER_EVERY_MS,
    metrics,
    logger,
  });
  registerPaymentRoutes(app, {
    payments: PaymentService.create({
      store,
      driver,
      known,
      provider: providers[0].name,
      logger,
    }),
  });
  await registerWebhookRoutes(app, {
    providers: byName,
    store,
    known,
    toleranceSeconds: config.WEBHOOK_TOLERANCE_SECONDS,
    metrics,
    onEvent: () => unfinished.nudge(),
  });
  registerReconciliationRoutes(app, { reconciler, store: reconciliations });
  registerEventTools(app, { access: 'staff:finance', ...events });
  return {
    app,
    work: [
      unfinished,
      RepeatedWork.create({
        name: 'reconciliation',
        round: async () => {
          await reconciler.run({ force: false });
        },
        intervalMs: Math.min(
          RECONCILE_LOOK_MS,
          config.RECONCILE_EVERY_SECONDS * 1000,
        ),
        metrics,
        logger,
      }),
      RepeatedWork.create({
        name: 'old-webhooks',
        round: () => store.dropOldWebhooks(),
        intervalMs: CLEANING_INTERVAL_MS,
        metrics,
        logger,
      }),
    ],
  };
}

import { sampleTaxTable } from '@shopfloor/pricing';
import {
  type AccessPluginOptions,
  type BackgroundWork,
  connectEvents,
  createServiceApp,
  type Database,
  type EventLog,
  type Faults,
  faultsPlugin,
  namedWork,
  refuseCardData,
  RepeatedWork,
  type ServiceApp,
  type ServiceParts,
  WorkLease,
  workToEnd,
} from '@shopfloor/service-kit';
import { MoneyMover } from './background/MoneyMover.ts';
import { ProcessWorker } from './background/ProcessWorker.ts';
import { Reconciliation } from './background/Reconciliation.ts';
import { Retention } from './background/Retention.ts';
import type { Shop } from './clients/shopClients.ts';
import { type OrdersConfig, retentionOf } from './config.ts';
import { CareService } from './domain/CareService.ts';
import { assertProcess } from './domain/checkProcess.ts';
import { OrderService } from './domain/OrderService.ts';
import { PlacementService } from './domain/PlacementService.ts';
import { createProcessMetrics } from './domain/ProcessMetrics.ts';
import { ProcessRunner } from './domain/ProcessRunner.ts';
import { PromotionBook } from './domain/PromotionBook.ts';
import { QuoteService } from './domain/QuoteService.ts';
import { createHandlers, TOPICS } from './events/handlers.ts';
import { registerCareRoutes } from './http/careRoutes.ts';
import { registerInternalRoutes } from './http/internalRoutes.ts';
import { registerPromotionRoutes } from './http/promotionRoutes.ts';
import { namedSchemas } from './http/answerSchemas.ts';
import { registerShopperRoutes } from './http/shopperRoutes.ts';
import { DatabaseOrderStore } from './store/DatabaseOrderStore.ts';
import { OrderReadStore } from './store/OrderReadStore.ts';
import { ReturnStore } from './store/ReturnStore.ts';
import { PromotionStore } from './store/PromotionStore.ts';

/** Options of {@link createApp}. */
export interface CreateAppOptions extends ServiceParts<
  Omit<OrdersConfig, 'DATABASE_URL'>
> {
  database: Database;
  log: Pick<EventLog, 'append' | 'consume'>;
  shop: Shop;
  access: Omit<AccessPluginOptions, 'service'>;
  /** For drills; absent: none can be injected. */
  faults?: Faults;
}

/** The application with what runs beside it, in the order in which it is closed. */
export interface OrdersApp {
  app: ServiceApp;
  reconciliation: Reconciliation;
  work: readonly BackgroundWork[];
}

const TAGS = [
  { name: 'checkout', description: 'From a cart to a paid order.' },
  { name: 'orders', description: 'What a shopper does with orders.' },
  {
    name: 'care',
    description: 'What staff does with orders that need a person.',
  },
  { name: 'promotions', description: 'What lowers prices.' },
  { name: 'internal', description: 'For other services.' },
];

/** Builds the application of orders. It does not listen, and nothing runs beside it yet. */
export async function createApp(options: CreateAppOptions): Promise<OrdersApp> {
  assertProcess();
  const { config, database, logger, metrics, shop } = options;
  const app = await createServiceApp({
    ...options,
    load: config,
    openApi: {
      title: 'Orders',
      version: '1.0.0',
      description:
        'Quotes, checkout as a persisted saga, refunds and returns. Prices come from products, never from the client. Amounts are whole numbers in the minor unit of their currency. An order belongs to the subject of the token; to everybody else it does not exist.',
      tags: TAGS,
    },
  });
  refuseCardData(app);
  if (options.faults) {
    await app.register(faultsPlugin, { faults: options.faults });
  }
  const leaseMs = config.ORDERS_LEASE_MS;
  const store = DatabaseOrderStore.create({ database });
  const reads = OrderReadStore.create({ database });
  const promotions = PromotionStore.create({ database });
  const processMetrics = createProcessMetrics(metrics);
  const runner = ProcessRunner.create({
    store,
    shop,
    times: {
      reservationTtlSeconds: config.ORDERS_RESERVATION_TTL_SECONDS,
      paymentDeadlineMs: config.ORDERS_PAYMENT_DEADLINE_SECONDS * 1000,
      paymentPollMs: config.ORDERS_PAYMENT_POLL_MS,
      graceMs: config.ORDERS_GRACE_MS,
    },
    leaseMs,
    passingMs: Math.min(config.ORDERS_PASSING_MS, leaseMs / 2),
    maxAttempts: config.ORDERS_MAX_ATTEMPTS,
    metrics: processMetrics,
    logger,
  });
  const book = PromotionBook.create({ store: promotions });
  const quotes = QuoteService.create({
    store,
    shop,
    promotions: book,
    taxTable: sampleTaxTable,
    ttlSeconds: config.ORDERS_QUOTE_TTL_SECONDS,
  });
  const orders = OrderService.create({
    store,
    reads,
    returns: ReturnStore.create({ database }),
    shop,
    runner,
    leaseMs,
    returnWindowDays: config.ORDERS_RETURN_WINDOW_DAYS,
  });
  const worker = ProcessWorker.create({ store, runner, leaseMs });
  const mover = MoneyMover.create({
    store,
    shop,
    leaseMs,
    maxAttempts: config.ORDERS_MAX_ATTEMPTS,
    metrics: processMetrics,
    logger,
  });
  const reconciliation = Reconciliation.create({
    database,
    shop,
    metrics: processMetrics,
    logger,
    everyMs: config.ORDERS_RECONCILE_INTERVAL_MS,
    leaseMs: Math.max(leaseMs, 60_000),
    settledMs: config.ORDERS_RECONCILE_SETTLED_MS,
  });
  const everyMs = config.ORDERS_WORKER_POLL_MS;
  const processLoop = RepeatedWork.create({
    name: 'process',
    intervalMs: everyMs,
    round: () => worker.turn(),
    metrics,
    logger,
  });
  const moneyLoop = RepeatedWork.create({
    name: 'money',
    intervalMs: everyMs,
    round: () => mover.turn(),
    metrics,
    logger,
  });
  const reconciliationLoop = RepeatedWork.create({
    name: 'reconciliation',
    intervalMs: config.ORDERS_RECONCILE_INTERVAL_MS,
    round: () => reconciliation.turn(),
    metrics,
    logger,
  });
  const retentionLease = WorkLease.create({
    database,
    name: 'retention',
    seconds: 60,
  });
  const retention = Retention.create({
    policy: retentionOf(config),
    lease: retentionLease,
    metrics,
    logger,
  });
  const retentionLoop = RepeatedWork.create({
    name: 'retention',
    intervalMs: config.ORDERS_RETENTION_INTERVAL_MS,
    round: () => retention.round(),
    lease: retentionLease,
    metrics,
    logger,
  });
  const onDue = () => {
    processLoop.nudge();
    moneyLoop.nudge();
  };
  namedSchemas().forEach(schema => app.addSchema(schema));
  registerShopperRoutes(app, {
    quotes,
    placement: PlacementService.create({
      returnUrl: config.ORDERS_RETURN_URL,
      store,
      shop,
      quotes,
      runner,
      leaseMs,
    }),
    orders,
    reads,
    metrics,
  });
  registerInternalRoutes(app, { orders, reads });
  registerCareRoutes(app, {
    care: CareService.create({ store, reads }),
    orders,
    reads,
    store,
    reconciliation,
    onDue,
  });
  registerPromotionRoutes(app, { promotions, book });

  const { consumer, relay } = connectEvents(app, {
    ...options,
    group: 'orders',
    topics: TOPICS,
    handlers: createHandlers({ logger, onDue }),
    access: 'staff:care',
  });
  return {
    app,
    reconciliation,
    work: [
      namedWork('consumer', consumer),
      processLoop,
      moneyLoop,
      reconciliationLoop,
      retentionLoop,
      workToEnd('running orders', () => runner.close()),
      namedWork('outbox', relay),
    ],
  };
}

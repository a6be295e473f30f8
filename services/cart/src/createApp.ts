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
  type NotificationSource,
  RepeatedWork,
  type ServiceApp,
  type ServiceParts,
  WorkLease,
} from '@shopfloor/service-kit';
import { Counter } from 'prom-client';
import type { InventoryClient } from './clients/InventoryClient.ts';
import type { ProductsClient } from './clients/ProductsClient.ts';
import type { CartConfig } from './config.ts';
import { CartService } from './domain/CartService.ts';
import { OfferBook } from './domain/OfferBook.ts';
import { StockHints } from './domain/StockHints.ts';
import {
  CONSUMED_TOPICS,
  CONSUMER_GROUP,
  createHandlers,
} from './events/handlers.ts';
import { SkuListener } from './events/SkuListener.ts';
import { registerCartRoutes } from './http/cartRoutes.ts';
import type { CartStore } from './store/CartStore.ts';
import { DatabaseCartStore } from './store/DatabaseCartStore.ts';

/** Most rows that one statement of the sweeper deletes. */
const SWEEP_BATCH = 500;

/** Options of {@link createApp}. */
export interface CreateAppOptions extends ServiceParts<
  Omit<CartConfig, 'DATABASE_URL'>
> {
  database: Database & NotificationSource;
  log: Pick<EventLog, 'append' | 'consume'>;
  products: ProductsClient;
  inventory: InventoryClient;
  access: Omit<AccessPluginOptions, 'service'>;
  /** For drills; absent: none can be injected. */
  faults?: Faults;
}

/** The application with what runs beside it, in the order in which it is closed. */
export interface CartApp {
  app: ServiceApp;
  store: CartStore;
  offers: OfferBook;
  work: readonly BackgroundWork[];
}

/** Builds the application of cart. It does not listen, and nothing runs beside it yet. */
export async function createApp(options: CreateAppOptions): Promise<CartApp> {
  const { config, database, metrics, logger } = options;
  const app = await createServiceApp({
    ...options,
    load: config,
    openApi: {
      title: 'Cart',
      version: '1.0.0',
      description:
        'Carts of guests and customers. Prices come from products and availability from inventory, never from the client. Amounts are whole numbers in the minor unit of their currency. A cart belongs to the subject of the token; to everybody else it does not exist.',
      tags: [
        { name: 'carts', description: 'What a shopper means to buy.' },
        { name: 'customers', description: 'For the service customers.' },
        { name: 'events', description: 'Events that went wrong, for staff.' },
      ],
    },
  });
  if (options.faults) {
    await app.register(faultsPlugin, { faults: options.faults });
  }
  const limits = {
    quantityPerLine: config.CART_MAX_QUANTITY_PER_LINE,
    quantityPerCart: config.CART_MAX_QUANTITY,
    lines: config.CART_MAX_LINES,
  };
  const store = DatabaseCartStore.create({
    database,
    limits,
    cartsPerOwner: config.CART_MAX_PER_OWNER,
    guestTtlSeconds: config.CART_GUEST_TTL_HOURS * 3600,
    customerTtlSeconds: config.CART_CUSTOMER_TTL_HOURS * 3600,
    mergedTtlSeconds: config.CART_MERGED_TTL_HOURS * 3600,
  });
  const offers = OfferBook.create({
    products: options.products,
    logger,
    ttlMs: config.CART_PRICE_TTL_MS,
    keepMs: config.CART_PRICE_KEEP_MS,
    maxEntries: config.CART_REMEMBERED_SKUS,
  });
  const stock = StockHints.create({
    inventory: options.inventory,
    logger,
    ttlMs: config.CART_STOCK_TTL_MS,
    maxEntries: config.CART_REMEMBERED_SKUS,
  });
  const carts = CartService.create({
    store,
    offers,
    stock,
    limits,
    cartsPerOwner: config.CART_MAX_PER_OWNER,
  });
  registerCartRoutes(app, { carts });

  const { consumer, relay } = connectEvents(app, {
    ...options,
    group: CONSUMER_GROUP,
    topics: CONSUMED_TOPICS,
    handlers: createHandlers({ store }),
    access: 'staff:care',
  });
  const swept = new Counter({
    name: 'cart_expired_total',
    help: 'Carts deleted after their time, by what they were.',
    labelNames: ['state'],
    registers: [metrics.registry],
  });
  return {
    app,
    store,
    offers,
    work: [
      namedWork('consumer', consumer),
      namedWork(
        'prices',
        SkuListener.create({
          notifications: database,
          onSkus: skus => offers.forget(skus),
          logger,
        }),
      ),
      RepeatedWork.create({
        name: 'sweeper',
        intervalMs: config.CART_SWEEP_INTERVAL_MS,
        // Nothing else depends on it: an expired cart is gone for shoppers at its moment.
        async round() {
          const { total, open, orders } = await store.sweep(SWEEP_BATCH);
          swept.inc({ state: 'open' }, open);
          swept.inc({ state: 'merged' }, total - open);
          return Math.max(total, orders) === SWEEP_BATCH;
        },
        lease: WorkLease.create({ database, name: 'sweeper', seconds: 30 }),
        metrics,
        logger,
      }),
      namedWork('outbox', relay),
    ],
  };
}

import {
  createServiceApp,
  type AccessPolicy,
  type Database,
  type Health,
  type ServiceApp,
  type ServiceIdentity,
  type ServiceMetrics,
  type TokenVerifier,
  type Tracing,
  type createLogger,
  allowedCallers,
} from '@shopfloor/service-kit';
import type { InventoryClient } from './clients/InventoryClient.ts';
import type { ProductsClient } from './clients/ProductsClient.ts';
import type { CartConfig } from './config.ts';
import { CartService } from './domain/CartService.ts';
import { OfferBook } from './domain/OfferBook.ts';
import { StockHints } from './domain/StockHints.ts';
import type { CartLimits } from './domain/types.ts';
import { registerCartRoutes } from './http/cartRoutes.ts';
import { DatabaseCartStore } from './store/DatabaseCartStore.ts';

/** Options of {@link createApp}. */
export interface CreateAppOptions {
  service: ServiceIdentity;
  config: Omit<CartConfig, 'DATABASE_URL'>;
  database: Database;
  products: ProductsClient;
  inventory: InventoryClient;
  verifier: TokenVerifier;
  policy: AccessPolicy;
  health: Health;
  metrics: ServiceMetrics;
  tracing: Tracing;
  logger: ReturnType<typeof createLogger>;
}

/** The application with what runs beside it. */
export interface CartApp {
  app: ServiceApp;
  store: DatabaseCartStore;
  offers: OfferBook;
}

function limitsOf(config: CreateAppOptions['config']): CartLimits {
  return {
    quantityPerLine: config.CART_MAX_QUANTITY_PER_LINE,
    quantityPerCart: config.CART_MAX_QUANTITY,
    lines: config.CART_MAX_LINES,
  };
}

/** Builds the application of cart. It does not listen. */
export async function createApp(options: CreateAppOptions): Promise<CartApp> {
  const { database, products, inventory, verifier, policy, ...kit } = options;
  const { config, logger } = kit;
  const app = await createServiceApp({
    ...kit,
    access: { verifier, policy, allowedCallers: allowedCallers(config) },
    load: config,
    openApi: {
      title: 'Cart',
      version: '1.0.0',
      description:
        'Carts of guests and customers. Prices come from products and availability from inventory, never from the client. Amounts are whole numbers in the minor unit of their currency. A cart belongs to the subject of the token; to everybody else it does not exist.',
      tags: [
        { name: 'carts', description: 'What a shopper means to buy.' },
        { name: 'customers', description: 'For the service customers.' },
      ],
    },
  });
  const limits = limitsOf(config);
  const store = DatabaseCartStore.create({
    database,
    limits,
    cartsPerOwner: config.CART_MAX_PER_OWNER,
    guestTtlSeconds: config.CART_GUEST_TTL_HOURS * 3600,
    customerTtlSeconds: config.CART_CUSTOMER_TTL_HOURS * 3600,
    mergedTtlSeconds: config.CART_MERGED_TTL_HOURS * 3600,
  });
  const offers = OfferBook.create({
    products,
    logger,
    ttlMs: config.CART_PRICE_TTL_MS,
    keepMs: config.CART_PRICE_KEEP_MS,
    maxEntries: config.CART_REMEMBERED_SKUS,
  });
  const stock = StockHints.create({
    inventory,
    logger,
    ttlMs: config.CART_STOCK_TTL_MS,
    maxEntries: config.CART_REMEMBERED_SKUS,
  });
  registerCartRoutes(app, {
    carts: CartService.create({
      store,
      offers,
      stock,
      limits,
      cartsPerOwner: config.CART_MAX_PER_OWNER,
    }),
  });
  return { app, store, offers };
}

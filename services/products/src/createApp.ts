import {
  createServiceApp,
  type Database,
  type Health,
  type ServiceApp,
  type ServiceIdentity,
  type ServiceMetrics,
  type Tracing,
  type createLogger,
} from '@shopfloor/service-kit';
import type { ProductsConfig } from './config.ts';
import { ProductService } from './domain/ProductService.ts';
import type { Feature } from './features.ts';
import { registerProductRoutes } from './http/productRoutes.ts';
import { DatabaseProductStore } from './store/DatabaseProductStore.ts';

/** Options of {@link createApp}. */
export interface CreateAppOptions {
  service: ServiceIdentity;
  config: Omit<ProductsConfig, 'DATABASE_URL'>;
  database: Database;
  features: ReadonlySet<Feature>;
  health: Health;
  metrics: ServiceMetrics;
  tracing: Tracing;
  logger: ReturnType<typeof createLogger>;
}

/** Builds the application of products. It does not listen. */
export async function createApp(
  options: CreateAppOptions,
): Promise<ServiceApp> {
  const { database, features, ...kit } = options;
  const ratings = features.has('ratings');
  const app = await createServiceApp({
    ...kit,
    openApi: {
      title: 'Products',
      version: ratings ? '1.1.0' : '1.0.0',
      description:
        'Products, variants, categories and prices of the shop. Amounts are whole numbers in the minor unit of their currency. Texts are English or Chinese by Accept-Language.',
      tags: [
        { name: 'products', description: 'What the shop sells.' },
        { name: 'categories', description: 'How it is arranged.' },
      ],
    },
  });
  const store = DatabaseProductStore.create({ database, ratings });
  registerProductRoutes(app, {
    products: ProductService.create({ store }),
    ratings,
  });
  return app;
}

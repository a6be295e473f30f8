import {
  type AccessPluginOptions,
  createServiceApp,
  type Database,
  type DocumentStore,
  type EventToolsOptions,
  registerEventTools,
  type ServiceApp,
  type ServiceParts,
} from '@shopfloor/service-kit';
import { MemoryCache } from '@shopfloor/service-kit/src/cache/MemoryCache.ts';
import type { ProductsConfig } from './config.ts';
import { CatalogueService } from './domain/CatalogueService.ts';
import { DocumentService } from './domain/DocumentService.ts';
import type { StoredContent } from './domain/productDocuments.ts';
import { ProductService } from './domain/ProductService.ts';
import type { Feature } from './features.ts';
import { registerCatalogueRoutes } from './http/catalogueRoutes.ts';
import { catalogueSchemas } from './http/catalogueSchemas.ts';
import {
  documentSchemas,
  registerDocumentRoutes,
} from './http/documentRoutes.ts';
import {
  registerLookupRoute,
  registerPriceListRoutes,
} from './http/priceListRoutes.ts';
import { ProductAnswers } from './http/ProductAnswers.ts';
import { registerProductRoutes } from './http/productRoutes.ts';
import { DatabaseCategoryWriter } from './store/DatabaseCategoryWriter.ts';
import { DatabasePriceListWriter } from './store/DatabasePriceListWriter.ts';
import { DatabaseProductStore } from './store/DatabaseProductStore.ts';
import { DatabaseProductWriter } from './store/DatabaseProductWriter.ts';

/** Options of {@link createApp}. */
export interface CreateAppOptions extends ServiceParts<
  Omit<ProductsConfig, 'DATABASE_URL'>
> {
  database: Database;
  /** Long-form content of products. */
  documents: DocumentStore<StoredContent>;
  features: ReadonlySet<Feature>;
  access: Omit<AccessPluginOptions, 'service'>;
  /** What staff can do about events that could not leave. */
  events: Omit<EventToolsOptions, 'access'>;
}

/** Most products, by language and currency, that are kept as they were last written. */
const MAX_ANSWERS = 20_000;

/** Builds the application of products. It does not listen. */
export async function createApp(
  options: CreateAppOptions,
): Promise<ServiceApp> {
  const { database, documents, features, events, ...kit } = options;
  const ratings = features.has('ratings');
  const app = await createServiceApp({
    ...kit,
    load: kit.config,
    openApi: {
      title: 'Products',
      version: ratings ? '1.3.0' : '1.2.0',
      description:
        'Products, variants, categories and prices of the shop. Amounts are whole numbers in the minor unit of their currency. Texts are English or Chinese by Accept-Language.',
      tags: [
        { name: 'products', description: 'What the shop sells.' },
        { name: 'categories', description: 'How it is arranged.' },
        { name: 'lookups', description: 'For carts and orders alone.' },
        { name: 'catalogue', description: 'What is sold; for staff.' },
        { name: 'documents', description: 'Long texts; for staff.' },
        { name: 'price lists', description: 'What it costs; for staff.' },
        {
          name: 'events',
          description: 'What could not leave; for staff.',
        },
      ],
    },
  });
  const store = DatabaseProductStore.create({ database, ratings });
  const products = ProductService.create({ store });
  const content = DocumentService.create({ documents, products: store });
  const catalogue = CatalogueService.create({
    content,
    products: DatabaseProductWriter.create({ database, ratings }),
    categories: DatabaseCategoryWriter.create({ database }),
    priceLists: DatabasePriceListWriter.create({ database, ratings }),
  });
  for (const schema of [...catalogueSchemas(), ...documentSchemas()]) {
    app.addSchema(schema);
  }
  const cache = MemoryCache.create({
    name: 'product-answers',
    maxEntries: MAX_ANSWERS,
    maxBytes: kit.config.PRODUCT_CACHE_MAX_BYTES,
    metrics: kit.metrics,
    logger: kit.logger,
  });
  app.addHook('onClose', () => cache.close());
  registerProductRoutes(app, {
    products,
    answers: ProductAnswers.create({ products, cache }),
    ratings,
  });
  registerLookupRoute(app, { products });
  registerCatalogueRoutes(app, { catalogue });
  registerPriceListRoutes(app, { catalogue });
  registerDocumentRoutes(app, { documents: content });
  registerEventTools(app, { access: 'staff:catalog-admin', ...events });
  return app;
}

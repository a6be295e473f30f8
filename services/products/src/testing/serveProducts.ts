import { createDocumentStore, RefusedEvents } from '@shopfloor/service-kit';
import { TestIssuer } from '@shopfloor/service-kit/src/testing/TestIssuer.ts';
import { TestService } from '@shopfloor/service-kit/src/testing/TestService.ts';
import { readProductsConfig } from '../config.ts';
import { createApp } from '../createApp.ts';
import { DOCUMENT_SCHEMA } from '../domain/productDocuments.ts';
import type { Feature } from '../features.ts';

/** Options of {@link serveProducts}. */
export interface ServeProductsOptions {
  /** A database that is migrated for these features. */
  connectionString: string;
  features: ReadonlySet<Feature>;
  env?: Record<string, string>;
}

/** Serves products in this process over real connections. */
export async function serveProducts(options: ServeProductsOptions) {
  const { connectionString, features, env } = options;
  const test = TestService.create({
    name: 'products',
    read: readProductsConfig,
    env: {
      DATABASE_URL: connectionString,
      SERVICE_VERSION: features.has('ratings') ? 'v2' : 'v1',
      ...env,
    },
  });
  const { parts } = test.base;
  const issuer = await TestIssuer.create();
  const app = await createApp({
    ...parts,
    features,
    documents: await createDocumentStore({ ...parts, schema: DOCUMENT_SCHEMA }),
    access: issuer.access(parts.logger, ['storefront', 'cart', 'orders']),
    events: { refused: RefusedEvents.create(parts) },
  });
  return {
    client: await test.serve({ app }),
    issuer,
    database: parts.database,
    lines: test.lines,
    close: () => test.close(),
  };
}

/** Served products. */
export type ServedProducts = Awaited<ReturnType<typeof serveProducts>>;

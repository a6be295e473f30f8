import {
  type AccessPluginOptions,
  createServiceApp,
  type Faults,
  faultsPlugin,
  registerEventTools,
  type ServiceApp,
  type ServiceParts,
} from '@shopfloor/service-kit';
import type { ProductSearchConfig } from './config.ts';
import type { Parts } from './createParts.ts';
import { registerRebuildRoutes } from './http/rebuildRoutes.ts';
import { namedSchemas } from './http/schemas.ts';
import { registerSearchRoutes } from './http/searchRoutes.ts';

/** Options of {@link createApp}. */
export interface CreateAppOptions extends ServiceParts<
  Omit<ProductSearchConfig, 'DATABASE_URL'>
> {
  parts: Pick<
    Parts,
    'search' | 'store' | 'rebuilds' | 'rebuilding' | 'consumer'
  >;
  access: Omit<AccessPluginOptions, 'service'>;
  /** Absent: no faults can be injected. */
  faults?: Faults;
}

/** Builds the application of product-search. It does not listen. */
export async function createApp(
  options: CreateAppOptions,
): Promise<ServiceApp> {
  const { parts, faults, ...kit } = options;
  const app = await createServiceApp({
    ...kit,
    load: kit.config,
    openApi: {
      title: 'Product search',
      version: '1.0.0',
      description:
        'Finds what the shop sells: text in English and Chinese with misspellings forgiven, facets, suggestions. Amounts are whole numbers in the minor unit of their currency.',
      tags: [
        { name: 'search', description: 'What shoppers ask.' },
        {
          name: 'rebuilds',
          description: 'Building the index anew; for staff.',
        },
      ],
    },
  });
  if (faults) {
    await app.register(faultsPlugin, { faults });
  }
  for (const schema of namedSchemas()) {
    app.addSchema(schema);
  }
  registerSearchRoutes(app, parts);
  registerRebuildRoutes(app, {
    ...parts,
    onRequested: () => parts.rebuilding.nudge(),
  });
  registerEventTools(app, {
    access: 'staff:catalog-admin',
    consumers: [parts.consumer],
  });
  return app;
}

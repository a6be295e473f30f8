import {
  type AccessPluginOptions,
  createServiceApp,
  type createLogger,
  type Health,
  type ServiceApp,
  type ServiceIdentity,
  type ServiceMetrics,
  type Tracing,
} from '@shopfloor/service-kit';
import type { InventoryConfig } from './config.ts';
import type { Parts } from './createParts.ts';
import { registerReconciliationRoutes } from './http/reconciliationRoutes.ts';
import { registerReservationRoutes } from './http/reservationRoutes.ts';
import { namedSchemas } from './http/schemas.ts';
import { registerStockRoutes } from './http/stockRoutes.ts';

/** Options of {@link createApp}. */
export interface CreateAppOptions {
  service: ServiceIdentity;
  config: Omit<InventoryConfig, 'DATABASE_URL'>;
  parts: Pick<Parts, 'reservations' | 'stock' | 'reconciler'>;
  access: Omit<AccessPluginOptions, 'service'>;
  health: Health;
  metrics: ServiceMetrics;
  tracing: Tracing;
  logger: ReturnType<typeof createLogger>;
}

/** Builds the application of inventory. It does not listen. */
export async function createApp(
  options: CreateAppOptions,
): Promise<ServiceApp> {
  const { parts, ...kit } = options;
  const app = await createServiceApp({
    ...kit,
    load: kit.config,
    openApi: {
      title: 'Inventory',
      version: '1.0.0',
      description:
        'Stock by warehouse, what is kept of it for orders, and the ledger of every movement. What can be promised is on hand, less held, less allocated, and never below nothing.',
      tags: [
        {
          name: 'reservations',
          description: 'What carts and orders ask, for services alone.',
        },
        { name: 'stock', description: 'What lies where; for staff.' },
        {
          name: 'reconciliations',
          description: 'Whether it is right; for staff.',
        },
      ],
    },
  });
  for (const schema of namedSchemas()) {
    app.addSchema(schema);
  }
  registerReservationRoutes(app, parts);
  registerStockRoutes(app, parts);
  registerReconciliationRoutes(app, parts);
  return app;
}

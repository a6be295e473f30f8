import {
  type AccessPluginOptions,
  createServiceApp,
  type EventToolsOptions,
  registerEventTools,
  type ServiceApp,
  type ServiceParts,
} from '@shopfloor/service-kit';
import type { InventoryConfig } from './config.ts';
import type { Parts } from './createParts.ts';
import { registerReconciliationRoutes } from './http/reconciliationRoutes.ts';
import { registerReservationRoutes } from './http/reservationRoutes.ts';
import { namedSchemas } from './http/schemas.ts';
import { registerStockRoutes } from './http/stockRoutes.ts';

/** Options of {@link createApp}. */
export interface CreateAppOptions extends ServiceParts<
  Omit<InventoryConfig, 'DATABASE_URL'>
> {
  parts: Pick<Parts, 'reservations' | 'stock' | 'reconciler'>;
  access: Omit<AccessPluginOptions, 'service'>;
  /** What staff can do about events that did not come through. */
  events: Omit<EventToolsOptions, 'access'>;
}

/** Builds the application of inventory. It does not listen. */
export async function createApp(
  options: CreateAppOptions,
): Promise<ServiceApp> {
  const { parts, events, ...kit } = options;
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
        {
          name: 'events',
          description: 'What did not come through; for staff.',
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
  registerEventTools(app, { access: 'staff:stock-admin', ...events });
  return app;
}

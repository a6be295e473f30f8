import { runMain, ServiceBase } from '@shopfloor/service-kit';
import { HttpInventoryClient } from './clients/InventoryClient.ts';
import { HttpProductsClient } from './clients/ProductsClient.ts';
import { readCartConfig } from './config.ts';
import { createApp } from './createApp.ts';

runMain(async () => {
  const config = readCartConfig(process.env);
  const base = ServiceBase.create({ name: 'cart', config });
  const faults = await base.openFaults();
  const log = await base.openEventLog();
  const clients = base.openClients(['products', 'inventory'], faults);
  const { app, work } = await createApp({
    ...base.parts,
    log,
    products: HttpProductsClient.create({ client: clients.products }),
    inventory: HttpInventoryClient.create({ client: clients.inventory }),
    access: base.createAccess(),
    faults,
  });
  await base.run({ app, work });
});

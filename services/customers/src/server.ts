import { runMain, ServiceBase } from '@shopfloor/service-kit';
import { HttpDataHolderClient } from './clients/DataHolderClient.ts';
import { HttpOrdersClient } from './clients/OrdersClient.ts';
import { readCustomersConfig } from './config.ts';
import { createApp } from './createApp.ts';

runMain(async () => {
  const config = readCustomersConfig(process.env);
  const base = ServiceBase.create({ name: 'customers', config });
  const faults = await base.openFaults();
  const log = await base.openEventLog();
  const clients = base.openClients(
    ['orders', 'cart', 'messages', 'payments', 'fulfilment'],
    faults,
  );
  const { app, work } = await createApp({
    ...base.parts,
    log,
    orders: HttpOrdersClient.create({ client: clients.orders }),
    holders: HttpDataHolderClient.create({ clients }),
    access: base.createAccess(),
    faults,
  });
  await base.run({ app, work });
});

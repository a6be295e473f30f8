import { runMain, ServiceBase } from '@shopfloor/service-kit';
import { HttpShop } from './clients/shopClients.ts';
import { readOrdersConfig } from './config.ts';
import { createApp } from './createApp.ts';

runMain(async () => {
  const config = readOrdersConfig(process.env);
  const base = ServiceBase.create({ name: 'orders', config });
  const log = await base.openEventLog();
  const faults = await base.openFaults();
  const { app, work } = await createApp({
    ...base.parts,
    log,
    shop: base.open('neighbours', HttpShop.create({ ...base.parts, faults })),
    access: base.createAccess(),
    faults,
  });
  await base.run({ app, work });
});

import { runMain, ServiceBase } from '@shopfloor/service-kit';
import { readFulfilmentConfig } from './config.ts';
import { createApp } from './createApp.ts';

runMain(async () => {
  const config = readFulfilmentConfig(process.env);
  const base = ServiceBase.create({ name: 'fulfilment', config });
  const log = await base.openEventLog();
  const { app, work } = await createApp({
    ...base.parts,
    log,
    access: base.createAccess(),
  });
  await base.run({ app, work });
});

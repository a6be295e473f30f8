import { createCache, runMain, ServiceBase } from '@shopfloor/service-kit';
import { DEPENDENCIES, readStorefrontConfig } from './config.ts';
import { createApp } from './createApp.ts';

runMain(async () => {
  const config = readStorefrontConfig(process.env);
  const base = ServiceBase.create({ name: 'storefront', config });
  const faults = await base.openFaults();
  const cache = base.open(
    'cache',
    await createCache({ ...base.parts, name: 'reads' }),
  );
  const app = await createApp({
    ...base.parts,
    cache,
    clients: base.openClients(DEPENDENCIES, faults),
    now: () => base.parts.database.now(),
  });
  await base.run({ app });
});

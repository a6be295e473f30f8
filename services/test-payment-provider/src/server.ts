import { runMain, ServiceBase } from '@shopfloor/service-kit';
import { readProviderConfig } from './config.ts';
import { createApp } from './createApp.ts';
import { saveConfiguredAccounts } from './saveConfiguredAccounts.ts';
import { AccountStore } from './store/AccountStore.ts';

runMain(async () => {
  const config = readProviderConfig(process.env);
  const base = ServiceBase.create({ name: 'test-payment-provider', config });
  const { database } = base.parts;
  await saveConfiguredAccounts(AccountStore.create({ database }), config);
  const { app, work } = await createApp(base.parts);
  await base.run({ app, work });
});

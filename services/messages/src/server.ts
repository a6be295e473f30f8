import { runMain, ServiceBase } from '@shopfloor/service-kit';
import { HttpOrdersClient } from './clients/OrdersClient.ts';
import { readMessagesConfig } from './config.ts';
import { createApp } from './createApp.ts';
import { openSmtpUrl, SmtpMailer } from './mail/SmtpMailer.ts';

runMain(async () => {
  const config = readMessagesConfig(process.env);
  const base = ServiceBase.create({ name: 'messages', config });
  const log = await base.openEventLog();
  const client = base.openClient('orders');
  const { app, work } = await createApp({
    ...base.parts,
    log,
    orders: HttpOrdersClient.create({ client }),
    mailer: base.open(
      'smtp',
      SmtpMailer.fromConfig({ ...base.parts, url: openSmtpUrl(base) }),
    ),
    access: base.createAccess(),
  });
  await base.run({ app, work });
});

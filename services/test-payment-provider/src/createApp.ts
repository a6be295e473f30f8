import {
  type BackgroundWork,
  createServiceApp,
  type Database,
  RepeatedWork,
  type RepeatedWorkOptions,
  type ServiceApp,
  type ServiceParts,
  workToEnd,
} from '@shopfloor/service-kit';
import { WebhookSender } from './background/WebhookSender.ts';
import type { ProviderConfig } from './config.ts';
import { ChargeService } from './domain/ChargeService.ts';
import { registerApiRoutes } from './http/apiRoutes.ts';
import { registerControlRoutes } from './http/controlRoutes.ts';
import { KnownAccounts } from './http/KnownAccounts.ts';
import { registerPageRoutes } from './http/pageRoutes.ts';
import { AccountStore } from './store/AccountStore.ts';
import { ChargeStore } from './store/ChargeStore.ts';
import { DeliveryStore } from './store/DeliveryStore.ts';

/** Options of {@link createApp}. */
export interface CreateAppOptions extends ServiceParts<
  Omit<
    ProviderConfig,
    | 'DATABASE_URL'
    | 'MERCHANT_API_KEY'
    | 'MERCHANT_WEBHOOK_SECRET'
    | 'SINGLE_CAPTURE_API_KEY'
  >
> {
  database: Database;
}

const OLD_KEYS_INTERVAL_MS = 600_000;

/** Builds the provider. It neither listens nor works in the background yet. */
export async function createApp(
  options: CreateAppOptions,
): Promise<{ app: ServiceApp; work: readonly BackgroundWork[] }> {
  const { database, ...kit } = options;
  const { config, metrics, logger } = kit;
  const app = await createServiceApp({
    ...kit,
    openApi: {
      title: 'Test payment provider',
      version: '1.0.0',
      description:
        'A sample system: a payment provider as others run them, for the sandbox and tests. No real card is charged and no money moves. Amounts are decimal text; every change is announced by a signed webhook.',
      tags: [
        { name: 'charges', description: 'Authorisations.' },
        { name: 'captures', description: 'Money taken.' },
        { name: 'refunds', description: 'Money given back.' },
        { name: 'ledger', description: 'Every movement of money.' },
        { name: 'account', description: 'What an account can do.' },
        { name: 'pages', description: 'What a shopper’s browser sees.' },
      ],
    },
  });
  const charges = ChargeStore.create({ database });
  const accounts = AccountStore.create({ database });
  const deliveries = DeliveryStore.create({ database });
  const sender = WebhookSender.create({ deliveries, logger });
  const repeat = (
    name: string,
    round: RepeatedWorkOptions['round'],
    intervalMs = config.TICK_MS,
  ) => RepeatedWork.create({ name, round, intervalMs, metrics, logger });
  const webhooks = repeat('webhooks', () => sender.sendDue());
  const due = [
    repeat('expiry', async () => (await charges.expireDue()) > 0),
    repeat('disputes', () => charges.openDueDispute()),
    webhooks,
  ];
  // What ends or begins by its time is found by the tick.
  const onChange = () => webhooks.nudge();
  const onControl = () => due.forEach(work => work.nudge());
  const service = ChargeService.create({
    charges,
    accounts,
    webhooks: sender,
  });
  const known = KnownAccounts.create({ accounts });
  await registerApiRoutes(app, {
    accounts: known,
    charges,
    service,
    baseOf: request =>
      config.PUBLIC_URL?.replace(/\/+$/, '') ??
      `${request.protocol}://${request.host}`,
    onChange,
  });
  await registerPageRoutes(app, {
    accounts,
    charges,
    onChange,
    deliverNow: chargeId => sender.deliverNow(chargeId),
  });
  if (config.CONTROL_API && !config.SHOPFLOOR_HARDENED) {
    await registerControlRoutes(app, {
      database,
      accounts,
      known,
      charges,
      deliveries,
      service,
      sender,
      onChange: onControl,
    });
  }
  return {
    app,
    work: [
      ...due,
      workToEnd('webhooks of requests', () => sender.idle()),
      repeat('old-keys', () => charges.dropOldKeys(), OLD_KEYS_INTERVAL_MS),
    ],
  };
}

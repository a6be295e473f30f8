import type { ProviderConfig } from './config.ts';
import { PROFILES } from './domain/types.ts';
import { hashKey } from './http/KnownAccounts.ts';
import type { AccountStore } from './store/AccountStore.ts';

/** Makes the two accounts of the configuration, or brings them up to date. */
export async function saveConfiguredAccounts(
  accounts: AccountStore,
  config: ProviderConfig,
): Promise<void> {
  const common = {
    webhookUrl:
      config.MERCHANT_WEBHOOK_URL ??
      `http://payments.${config.POD_NAMESPACE}.svc.cluster.local:8080/webhooks/testpay`,
    webhookSecret: config.MERCHANT_WEBHOOK_SECRET,
    allowedOrigins: config.ALLOWED_ORIGINS.split(',')
      .map(origin => origin.trim())
      .filter(Boolean),
  };
  await accounts.save({
    ...common,
    id: 'acct_shop',
    name: 'Shopfloor sample shop',
    secretKeyHash: hashKey(config.MERCHANT_API_KEY),
    publishableKey: 'pk_test_shop',
    capabilities: PROFILES.full,
  });
  await accounts.save({
    ...common,
    id: 'acct_single_capture',
    name: 'Shopfloor sample shop (captures once)',
    secretKeyHash: hashKey(config.SINGLE_CAPTURE_API_KEY),
    publishableKey: 'pk_test_single_capture',
    capabilities: PROFILES.single_capture,
  });
}

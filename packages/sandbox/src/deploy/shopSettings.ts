import type { SandboxContext } from '../supervisor/types.ts';
import { shopSecret } from './shopSecrets.ts';

/**
 * What differs by environment and is no secret: addresses outside the mesh and public keys. The ConfigMap `shop-settings` of a
 * namespace has them; on a cluster it comes with the environment's overlay.
 */
export async function shopSettings(
  ctx: SandboxContext,
  environment: string,
): Promise<Record<string, string>> {
  const { ports } = ctx;
  const outside = (prefix = '') =>
    `http://${prefix}${environment}.shop.localhost:${ports.gateway}`;
  const issuer = `http://localhost:${ports.shopOidc}`;
  return {
    SHOP_URL: outside(),
    HOOKS_URL: outside('hooks.'),
    PAY_URL: outside('pay.'),
    PAYMENT_PROVIDER_URL: `http://test-payment-provider.${environment}.svc.cluster.local:8080`,
    SHOP_ISSUER_URL: issuer,
    AUTH_ISSUERS: issuer,
    SESSION_JWKS: publicKeys(
      await shopSecret(ctx, {
        environment,
        secret: 'storefront-session',
        key: 'SIGNING_KEY',
      }),
    ),
    SMTP_URL: `smtp://127.0.0.1:${ports.mailboxSmtp}`,
    VAULT_ADDR: `http://127.0.0.1:${ports.openbao}`,
    DATABASE_ADDRESS: `127.0.0.1:${ports.postgres}`,
  };
}

/** The JWK Set that verifies what a private JWK signs. */
export function publicKeys(privateKey: string): string {
  const { d: _private, ...publicKey } = JSON.parse(privateKey) as {
    d: string;
  };
  return JSON.stringify({ keys: [publicKey] });
}

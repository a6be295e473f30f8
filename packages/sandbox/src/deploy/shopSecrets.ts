import { randomBytes } from 'node:crypto';
import { exportJWK, generateKeyPair } from 'jose';
import { rememberShopSecret } from '../config/secrets.ts';
import type { SandboxContext } from '../supervisor/types.ts';

/** Where a key of a Secret, `<secret>/<key>`, is not just any random text. */
const makers: Record<string, () => Promise<string>> = {
  // Signs the tokens that the storefront gives to the services behind it.
  'storefront-session/SIGNING_KEY': signingKey,
};

async function signingKey(): Promise<string> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const key = await exportJWK(privateKey);
  return JSON.stringify({
    ...key,
    kid: randomBytes(8).toString('hex'),
    alg: 'ES256',
    use: 'sig',
  });
}

/** Makes a value for a key of a Secret of the shop, named `<secret>/<key>`. */
export async function makeShopSecret(id: string): Promise<string> {
  return makers[id]?.() ?? randomBytes(32).toString('base64url');
}

/**
 * The value of one key of a Secret of the shop, by environment; made at the first call and kept with the state, so that two
 * services that share a Secret agree.
 */
export async function shopSecret(
  ctx: SandboxContext,
  options: { environment: string; secret: string; key: string },
): Promise<string> {
  const { environment, secret, key } = options;
  const id = `${secret}/${key}`;
  if (id === 'storefront-sign-in/CLIENT_SECRET') {
    // The sandbox's OpenID provider knows the storefront by it.
    return ctx.secrets.shopOidcClientSecret;
  }
  const name = `${environment}/${id}`;
  const known = ctx.secrets.shop[name];
  if (known) return known;
  const value = await makeShopSecret(id);
  rememberShopSecret({
    stateDir: ctx.stateDir,
    secrets: ctx.secrets,
    name,
    value,
  });
  return value;
}

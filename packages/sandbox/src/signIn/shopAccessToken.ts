import { createHash, randomBytes } from 'node:crypto';
import {
  SHOP_API,
  TOOLS_CLIENT_ID,
  toolsRedirectUri,
} from '../oidc/shopRealm.ts';
import { createBrowser, walkSignIn } from './walkSignIn.ts';

/**
 * Signs a sample shopper or a member of the shop's staff in, as a browser does, and returns an access
 * token of the shop's issuer for the audience `shop`.
 *
 * @param options.user - for example `lin.yue`
 * @param options.issuerUrl - for example `http://localhost:7011`
 * @throws Error that says which step was refused
 */
export async function shopAccessToken(options: {
  user: string;
  issuerUrl: string;
}): Promise<string> {
  const { user, issuerUrl } = options;
  const redirectUri = toolsRedirectUri(issuerUrl);
  const verifier = randomBytes(32).toString('base64url');
  const state = randomBytes(16).toString('base64url');
  const send = createBrowser();
  const url = new URL('/auth', issuerUrl);
  url.search = new URLSearchParams({
    client_id: TOOLS_CLIENT_ID,
    response_type: 'code',
    scope: 'openid shop',
    resource: SHOP_API.resource,
    redirect_uri: redirectUri,
    state,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  }).toString();
  const end = await walkSignIn({
    url,
    user,
    send,
    isEnd: next => next.href.startsWith(`${redirectUri}?`),
  });
  const code = end.searchParams.get('code');
  if (!code || end.searchParams.get('state') !== state) {
    throw new Error(
      `the issuer gave no code: ${end.searchParams.get('error') ?? end.pathname}`,
    );
  }
  const answer = await send(new URL('/token', issuerUrl), {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: TOOLS_CLIENT_ID,
      code,
      redirect_uri: redirectUri,
      code_verifier: verifier,
    }).toString(),
  });
  const text = await answer.text();
  if (!answer.ok) {
    throw new Error(
      `the issuer answered ${answer.status}: ${text.slice(0, 300)}`,
    );
  }
  return JSON.parse(text).access_token;
}

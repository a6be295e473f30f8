import { createBrowser, walkSignIn } from './walkSignIn.ts';

/**
 * Signs a sample person in, exactly as a browser does, and returns the portal's token of that person.
 *
 * @param options.user - for example `ada.okafor`
 * @param options.portalUrl - for example `http://localhost:7007`
 * @throws Error that says which step was refused
 */
export async function signInToken(options: {
  user: string;
  portalUrl: string;
}): Promise<string> {
  const { user } = options;
  const portal = new URL(options.portalUrl);
  const send = createBrowser();
  const started = new URL('/api/auth/oidc/start?env=development', portal);
  await walkSignIn({ url: started, user, send });
  const answer = await send(
    new URL('/api/auth/oidc/refresh?env=development', portal),
    { headers: { 'x-requested-with': 'XMLHttpRequest' } },
  );
  const text = await answer.text();
  if (!answer.ok) {
    throw new Error(
      `the portal answered ${answer.status}: ${text.slice(0, 300)}`,
    );
  }
  const token = JSON.parse(text).backstageIdentity?.token;
  if (!token) {
    throw new Error('the portal gave no token');
  }
  return token;
}

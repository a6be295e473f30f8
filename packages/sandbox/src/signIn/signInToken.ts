import { CookieJar } from './cookieJar.ts';

const MOST_STEPS = 15;
const TIMEOUT_MS = 20_000;

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
  const jar = new CookieJar();
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const send = async (url: URL, init: RequestInit = {}): Promise<Response> => {
    const response = await fetch(url, {
      ...init,
      redirect: 'manual',
      headers: { ...init.headers, cookie: jar.header(url) },
      signal,
    });
    jar.store(url, response.headers);
    return response;
  };
  const started = new URL('/api/auth/oidc/start?env=development', portal);
  await walk({ url: started, user, send });
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

/** Follows redirects, answers the provider's question who it is, and ends at the portal's handler. */
async function walk(options: {
  url: URL;
  user: string;
  send: (url: URL, init?: RequestInit) => Promise<Response>;
}): Promise<void> {
  const { user, send } = options;
  let { url } = options;
  let response = await send(url);
  for (let step = 0; step < MOST_STEPS; step++) {
    const location = response.headers.get('location');
    if (response.status >= 300 && response.status < 400 && location) {
      await response.body?.cancel();
      url = new URL(location, url);
      response = await send(url);
    } else if (!response.ok) {
      throw new Error(
        `${url.pathname} answered ${response.status}: ${(
          await response.text()
        ).slice(0, 300)}`,
      );
    } else if (url.pathname.startsWith('/interaction/')) {
      await response.body?.cancel();
      response = await send(url, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ user }).toString(),
      });
      if (response.status === 200) {
        throw new Error(`there is no sample person ${user}`);
      }
    } else {
      await response.body?.cancel();
      return;
    }
  }
  throw new Error(`signing in took more than ${MOST_STEPS} steps`);
}

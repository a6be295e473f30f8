import { CookieJar } from './cookieJar.ts';

const MOST_STEPS = 15;
const TIMEOUT_MS = 20_000;

/** Sends a request with a browser's cookies, following nothing. */
export type Send = (url: URL, init?: RequestInit) => Promise<Response>;

/** A browser as far as signing in needs one: cookies, no redirects of its own, one bound on the whole walk. */
export function createBrowser(): Send {
  const jar = new CookieJar();
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  return async (url, init = {}) => {
    const response = await fetch(url, {
      ...init,
      redirect: 'manual',
      headers: { ...init.headers, cookie: jar.header(url) },
      signal,
    });
    jar.store(url, response.headers);
    return response;
  };
}

/**
 * Follows redirects and answers the provider's question who it is. Ends at the first page that is
 * no question, or before an address for which `isEnd` holds: that one is not asked for.
 *
 * @returns the address at which the walk ended
 * @throws Error that says which step was refused
 */
export async function walkSignIn(options: {
  url: URL;
  user: string;
  send: Send;
  isEnd?: (url: URL) => boolean;
}): Promise<URL> {
  const { user, send, isEnd } = options;
  let { url } = options;
  let response = await send(url);
  for (let step = 0; step < MOST_STEPS; step++) {
    const location = response.headers.get('location');
    if (response.status >= 300 && response.status < 400 && location) {
      await response.body?.cancel();
      url = new URL(location, url);
      if (isEnd?.(url)) {
        return url;
      }
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
      return url;
    }
  }
  throw new Error(`signing in took more than ${MOST_STEPS} steps`);
}

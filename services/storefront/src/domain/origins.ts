/** What a browser tells of where a request comes from. */
export interface RequestOrigin {
  method: string;
  origin?: string;
  /** Sec-Fetch-Site. */
  fetchSite?: string;
  /** Host that was asked, for a shop without a configured address. */
  host?: string;
  /** X-Shop-Request, which a page of another origin cannot set without CORS. */
  shopRequest?: string;
}

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Whether a request that carries the session cookie comes from a page of the shop and
 * not from a page elsewhere that uses the shopper's cookie (CSRF). Browsers send
 * Origin with every unsafe request; a program that sends none must show that it can
 * set a header of its own.
 */
export function isOwnRequest(
  request: RequestOrigin,
  allowedOrigins: ReadonlySet<string>,
): boolean {
  const { method, origin, fetchSite, host, shopRequest } = request;
  if (SAFE.has(method)) {
    return true;
  }
  if (origin !== undefined) {
    return (
      allowedOrigins.has(origin) ||
      (allowedOrigins.size === 0 &&
        host !== undefined &&
        (origin === `http://${host}` || origin === `https://${host}`))
    );
  }
  if (fetchSite !== undefined) {
    return fetchSite === 'same-origin';
  }
  return shopRequest !== undefined;
}

/**
 * A path of the shop to return to after sign-in. Anything that a browser could take
 * for another host becomes `/`.
 */
export function safeReturnPath(given: string | undefined): string {
  if (
    given === undefined ||
    given.length > 500 ||
    // One slash, then none and no backslash: `//evil` and `/\evil` are other hosts.
    !/^\/(?![/\\])[\x21-\x7e]*$/.test(given) ||
    given.includes('\\')
  ) {
    return '/';
  }
  return given;
}

/** Who asks, by X-Forwarded-For: that many entries from its end as there are trusted proxies. */
export function clientAddress(options: {
  forwardedFor: string | undefined;
  socketAddress: string | undefined;
  trustedHops: number;
}): string {
  const { forwardedFor, socketAddress = 'unknown', trustedHops } = options;
  if (trustedHops === 0 || forwardedFor === undefined) {
    return socketAddress;
  }
  const entries = forwardedFor.split(',');
  // A shorter list than there are proxies did not come through all of them.
  const entry = entries[entries.length - trustedHops]?.trim();
  return entry && entry.length <= 64 ? entry : socketAddress;
}

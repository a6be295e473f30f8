interface Cookie {
  name: string;
  value: string;
  host: string;
  path: string;
}

/** As much of a browser's cookies as signing in takes. Cookies belong to a host, not to a port, as in a browser. */
export class CookieJar {
  #cookies: Cookie[] = [];

  /** Takes what a response sets. */
  store(url: URL, headers: Headers): void {
    for (const line of headers.getSetCookie()) {
      const [pair, ...attributes] = line.split(';').map(part => part.trim());
      const index = pair.indexOf('=');
      const name = pair.slice(0, index);
      const value = pair.slice(index + 1);
      const settings = new Map(
        attributes.map(attribute => {
          const [key, ...rest] = attribute.split('=');
          return [key.toLowerCase(), rest.join('=')];
        }),
      );
      const path = settings.get('path') || '/';
      this.#cookies = this.#cookies.filter(
        cookie =>
          cookie.name !== name ||
          cookie.host !== url.hostname ||
          cookie.path !== path,
      );
      const expires = settings.get('expires');
      const gone =
        settings.get('max-age') === '0' ||
        (expires !== undefined && new Date(expires).getTime() <= Date.now());
      if (!gone) {
        this.#cookies.push({ name, value, host: url.hostname, path });
      }
    }
  }

  /** The header for a request. */
  header(url: URL): string {
    return this.#cookies
      .filter(
        cookie =>
          cookie.host === url.hostname &&
          pathMatches(url.pathname, cookie.path),
      )
      .map(cookie => `${cookie.name}=${cookie.value}`)
      .join('; ');
  }
}

function pathMatches(requested: string, cookiePath: string): boolean {
  return (
    requested === cookiePath ||
    (requested.startsWith(cookiePath) &&
      (cookiePath.endsWith('/') || requested[cookiePath.length] === '/'))
  );
}

/** As much of a browser as a sign-in needs: cookies per origin, and redirects that are followed. */
export class Browser {
  readonly #cookies = new Map<string, Map<string, string>>();

  async get(
    url: string,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    let next = url;
    for (let hops = 0; hops < 12; hops += 1) {
      const jar = this.#jarOf(next);
      const response = await fetch(next, {
        redirect: 'manual',
        headers: {
          ...headers,
          cookie: [...jar]
            .map(([name, value]) => `${name}=${value}`)
            .join('; '),
        },
      });
      for (const cookie of response.headers.getSetCookie()) {
        const [pair] = cookie.split(';');
        const [name, ...value] = pair.split('=');
        if (value.join('=') === '') jar.delete(name);
        else jar.set(name, value.join('='));
      }
      const location = response.headers.get('location');
      if (!location || response.status < 300 || response.status >= 400) {
        return response;
      }
      next = new URL(location, next).href;
    }
    throw new Error(`Too many redirects from ${url}`);
  }

  #jarOf(url: string): Map<string, string> {
    const { host } = new URL(url);
    let jar = this.#cookies.get(host);
    if (!jar) {
      jar = new Map();
      this.#cookies.set(host, jar);
    }
    return jar;
  }
}

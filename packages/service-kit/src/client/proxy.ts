type Environment = Record<string, string | undefined>;

function matchesNoProxy(host: string, port: string, rule: string): boolean {
  if (rule === '*') {
    return true;
  }
  const [, name, rulePort] = /^(.*?)(?::(\d+))?$/.exec(rule)!;
  if (rulePort && rulePort !== port) {
    return false;
  }
  const bare = name.replace(/^\*?\./, '').toLowerCase();
  return bare !== '' && (host === bare || host.endsWith(`.${bare}`));
}

/**
 * The proxy through which a plain `http:` URL is to be reached, by `HTTP_PROXY` and
 * `NO_PROXY`. Inside the mesh of the sandbox that is the pod's own Envoy. `https:`
 * goes straight: the mesh would see nothing of it.
 */
export function proxyFor(url: URL, env: Environment): URL | undefined {
  const proxy = env.HTTP_PROXY || env.http_proxy;
  if (!proxy || url.protocol !== 'http:') {
    return undefined;
  }
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const port = url.port || '80';
  const rules = (env.NO_PROXY || env.no_proxy || '')
    .split(/[\s,]+/)
    .filter(Boolean);
  return rules.some(rule => matchesNoProxy(host, port, rule))
    ? undefined
    : new URL(proxy);
}

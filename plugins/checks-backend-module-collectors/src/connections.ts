import { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';

/** A system of one environment that only some installations have. */
export interface Connection {
  environment: string;
  /** Without a slash at its end. */
  url: string;
  /** Bearer token, or of Vault its token. */
  token?: string;
}

/**
 * Connections by the name of their environment.
 *
 * @param key - for example `checks.traces`
 * @param rest - reads what a connection has besides
 * @throws InputError when an environment stands twice or an address is none
 */
export function readConnections<T extends object>(
  config: Config,
  key: string,
  rest: (connection: Config) => T,
): Map<string, Connection & T> {
  const connections = new Map<string, Connection & T>();
  for (const item of config.getOptionalConfigArray(key) ?? []) {
    const environment = item.getString('environment');
    const url = item.getString('url').replace(/\/+$/, '');
    if (connections.has(environment)) {
      throw new InputError(`${key}: ${environment} stands there twice`);
    }
    if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
      throw new InputError(`${key}: "${url}" is not an http address`);
    }
    connections.set(environment, {
      environment,
      url,
      token: item.getOptionalString('token'),
      ...rest(item),
    });
  }
  return connections;
}

/**
 * What is said of evidence from systems of which some are not connected, and how to connect them; `undefined` when all are.
 *
 * @param options - `what` in both languages, with the names of the environments put in; `key` as for {@link readConnections};
 * `needs` the fields of a connection
 */
export function notConnected(options: {
  environments: string[];
  connections: ReadonlyMap<string, Connection>;
  what: { en: (names: string) => string; zh: (names: string) => string };
  key: string;
  needs: { en: string; zh: string };
}): { en: string; zh: string } | undefined {
  const { environments, connections, what, key, needs } = options;
  const missing = environments.filter(name => !connections.has(name));
  return missing.length === 0
    ? undefined
    : {
        en: `Not connected: ${what.en(missing.join(' and '))}. Set ${key} (${needs.en})`,
        zh: `未连接：${what.zh(missing.join('、'))}。请设置 ${key}（${needs.zh}）`,
      };
}

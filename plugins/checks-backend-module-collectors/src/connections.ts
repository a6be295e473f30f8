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

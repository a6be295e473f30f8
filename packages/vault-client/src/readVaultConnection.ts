import { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { VaultAuth, VaultConnection } from './types';

/**
 * Reads where a server is and how to log in: `address`, `namespace`, and under `auth` one of `appRole: { mount, roleIdFile,
 * secretIdFile }`, `kubernetes: { mount, role, tokenFile }`, `tokenFile`.
 *
 * @param config - for example of the key `secrets.vault`
 * @param key - the name of that key, for messages
 * @throws InputError when an address is none, or there is not exactly one way to log in
 */
export function readVaultConnection(
  config: Config,
  key: string,
): VaultConnection {
  const address = config.getString('address').replace(/\/+$/, '');
  if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol)) {
    throw new InputError(`${key}.address: "${address}" is not an http address`);
  }
  return {
    address,
    namespace: config.getOptionalString('namespace'),
    auth: readAuth(config.getConfig('auth'), `${key}.auth`),
  };
}

function readAuth(config: Config, key: string): VaultAuth {
  const given = ['appRole', 'kubernetes', 'tokenFile'].filter(name =>
    config.has(name),
  );
  if (given.length !== 1) {
    throw new InputError(
      `${key} needs exactly one of appRole, kubernetes, tokenFile, and has ${
        given.join(' and ') || 'none'
      }`,
    );
  }
  const appRole = config.getOptionalConfig('appRole');
  if (appRole) {
    return {
      kind: 'approle',
      mount: appRole.getOptionalString('mount') ?? 'approle',
      roleIdFile: appRole.getString('roleIdFile'),
      secretIdFile: appRole.getString('secretIdFile'),
    };
  }
  const kubernetes = config.getOptionalConfig('kubernetes');
  if (kubernetes) {
    return {
      kind: 'kubernetes',
      mount: kubernetes.getOptionalString('mount') ?? 'kubernetes-portal',
      role: kubernetes.getString('role'),
      tokenFile: kubernetes.getString('tokenFile'),
    };
  }
  return { kind: 'token-file', tokenFile: config.getString('tokenFile') };
}

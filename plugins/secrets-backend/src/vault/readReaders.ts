import { Reader } from '@shopfloor/plugin-secrets-common';
import { limitConcurrency } from '@shopfloor/plugin-environments-node';
import { isVaultError, VaultClient } from '@shopfloor/vault-client';
import { capabilitiesOn, parsePolicy } from './parsePolicy';
import { PinBook } from './PinBook';

const CONCURRENCY = 8;

/** Names of grants of the portal. */
const GRANT = /^(?:grant|cg)-.+-\d+$/;

/** Options of {@link readReaders}. */
export interface ReadReadersOptions {
  client: VaultClient;
  pins: PinBook;
  /** Paths of the secret in Vault; who may do anything on one of them is a reader. */
  paths: readonly string[];
  /** Mounts of auth methods whose roles are looked at. */
  mounts: readonly string[];
}

/** Policies that let one do something with a secret, and the roles that hand them out. A role of an auth method that the portal may not see is missing. */
export async function readReaders(
  options: ReadReadersOptions,
): Promise<Reader[]> {
  const { client, paths, mounts } = options;
  const limit = limitConcurrency(CONCURRENCY);
  const names = (await client.list('sys/policies/acl')).filter(
    name => name !== 'root',
  );
  const found = await Promise.all(
    names.map(name =>
      limit(async () => {
        const policy = await readPinned(options, `sys/policies/acl/${name}`);
        const parsed = parsePolicy(String(policy?.policy ?? ''));
        const capabilities = [
          ...new Set(paths.flatMap(path => capabilitiesOn(parsed, path))),
        ].sort();
        return { policy: name, capabilities };
      }),
    ),
  );
  const readers = found.filter(({ capabilities }) => capabilities.length > 0);
  if (readers.length === 0) {
    return [];
  }
  const roles = (
    await Promise.all(mounts.map(mount => rolesOf(options, mount)))
  ).flat();
  return readers.map(({ policy, capabilities }) => ({
    policy,
    roles: roles
      .filter(role => role.policies.includes(policy))
      .map(({ mount, name, boundTo }) => ({ mount, name, boundTo })),
    capabilities,
    ...(GRANT.test(policy) && { grant: policy }),
  }));
}

/** Reads a policy or role, also one that the portal may read only in the words of its pin. */
export async function readPinned(
  { client, pins }: Pick<ReadReadersOptions, 'client' | 'pins'>,
  path: string,
): Promise<Record<string, any> | undefined> {
  const read = async () => {
    const { status, body } = await client.request({
      method: 'GET',
      path,
      query: await pins.queryOf(path),
      accept: [404],
    });
    return status === 404 ? undefined : body.data;
  };
  try {
    return await read();
  } catch (error) {
    if (!isVaultError(error, 'denied')) {
      throw error;
    }
    // It was pinned a moment ago, or is no more.
    pins.forget();
    return await read();
  }
}

interface Role {
  mount: string;
  name: string;
  policies: string[];
  boundTo: string;
}

async function rolesOf(
  options: ReadReadersOptions,
  mount: string,
): Promise<Role[]> {
  const limit = limitConcurrency(CONCURRENCY);
  const names = await options.client.list(`auth/${mount}/role`);
  const roles = await Promise.all(
    names.map(name =>
      limit(async (): Promise<Role | undefined> => {
        const role = await readPinned(options, `auth/${mount}/role/${name}`);
        return (
          role && {
            mount,
            name,
            policies: role.token_policies ?? role.policies ?? [],
            boundTo: whomOf(role),
          }
        );
      }),
    ),
  );
  return roles.filter(role => role !== undefined);
}

/** Whom a role is for: `<namespace>/<account>` or claims. */
function whomOf(role: Record<string, any>): string {
  const names: string[] = role.bound_service_account_names ?? [];
  const namespaces: string[] = role.bound_service_account_namespaces ?? [];
  return names.length > 0
    ? namespaces
        .flatMap(namespace => names.map(name => `${namespace}/${name}`))
        .join(', ')
    : Object.entries(role.bound_claims ?? {})
        .map(([claim, value]) => `${claim} ${String(value)}`)
        .join(', ');
}

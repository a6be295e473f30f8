import { isVaultError, VaultClient, VaultError } from '@shopfloor/vault-client';
import { ensureApprovers } from './approvers';
import { asLines, isSame, lineDiff } from './compare';
import { desiredState } from './desired';
import { GRANTS_MOUNT } from './names';
import { Desired, mountsIn, Observed } from './state';
import { PlatformChange, PlatformOptions } from './types';

/**
 * Brings the server to what the declarations say: roles of the engines, the portal's policy with its pins, its login, the group of
 * approvers, and the grants of the platform itself. Running it again changes nothing; after a crash it goes on.
 *
 * Engines and auth methods have to be mounted before. What is on the server and in no declaration stays, except that the portal may
 * write it no more.
 *
 * @returns what was written, or with `planOnly` what would be
 * @throws VaultError with the path that failed
 */
export async function applyPlatform(
  options: PlatformOptions,
): Promise<PlatformChange[]> {
  const { client, planOnly = false } = options;
  const changes: PlatformChange[] = [];
  const health = await client.health();
  if (health.state !== 'ready') {
    throw new VaultError({
      code: health.state === 'away' ? 'away' : 'sealed',
      method: 'the pipeline at',
      path: 'sys/health',
    });
  }
  const mounts = await client.read('sys/mounts');
  if (!mounts?.[`${GRANTS_MOUNT}/`]) {
    changes.push({
      action: 'create',
      path: `sys/mounts/${GRANTS_MOUNT}`,
      diff: ['+ kv version 1'],
    });
    if (!planOnly) {
      await client.write(`sys/mounts/${GRANTS_MOUNT}`, {
        type: 'kv',
        options: { version: '1' },
        description: 'Names of grants: used, ended, and waiting. No secrets',
      });
    }
  }
  const observed = await observe(options, health.features.controlGroups);
  for (const desired of desiredState(options, observed)) {
    const change = await settle(client, desired, planOnly);
    if (change) {
      changes.push(change);
    }
  }
  if (options.peopleMount) {
    changes.push(
      ...(await ensureApprovers({
        client,
        mount: options.peopleMount,
        emails: options.approvers,
        planOnly,
      })),
    );
  }
  return changes;
}

async function observe(
  options: PlatformOptions,
  controlGroups: boolean,
): Promise<Observed> {
  const { client } = options;
  const names = async (path: string) => new Set(await client.list(path));
  const roles = new Map<string, Set<string>>();
  for (const environment of options.environments) {
    const { kubernetes } = mountsIn(environment);
    roles.set(kubernetes, await names(`auth/${kubernetes}/role`));
  }
  return {
    controlGroups,
    policies: await names('sys/policies/acl'),
    roles,
    used: await names(`${GRANTS_MOUNT}/used`),
    ended: await names(`${GRANTS_MOUNT}/ended`),
  };
}

async function settle(
  client: VaultClient,
  { path, body, onlyCreate }: Desired,
  planOnly: boolean,
): Promise<PlatformChange | undefined> {
  const found = await client.read(path);
  if (found && (onlyCreate || isSame(body, found))) {
    return undefined;
  }
  if (!planOnly) {
    try {
      await client.write(path, body);
    } catch (error) {
      throw isVaultError(error, 'not-found')
        ? new VaultError({
            code: 'not-found',
            method: 'POST',
            path,
            detail: 'nothing is mounted there; mount the engine first',
          })
        : error;
    }
  }
  return {
    action: found ? 'update' : 'create',
    path,
    diff: lineDiff(asLines(body, found), asLines(body, body)),
  };
}

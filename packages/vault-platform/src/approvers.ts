import { VaultClient, VaultError } from '@shopfloor/vault-client';
import { APPROVERS_GROUP, APPROVERS_POLICY } from './names';
import { PlatformChange } from './types';

/**
 * Makes the group whose members may authorise what waits, with exactly these people in it. Somebody who never signed in gets the
 * entity that the sign-in will find, by e-mail address.
 */
export async function ensureApprovers(options: {
  client: VaultClient;
  /** Of the method by which people sign in, with the e-mail address as their name. */
  mount: string;
  emails: readonly string[];
  planOnly: boolean;
}): Promise<PlatformChange[]> {
  const { client, mount, emails, planOnly } = options;
  const changes: PlatformChange[] = [];
  const accessor = (await client.read('sys/auth'))?.[`${mount}/`]?.accessor;
  if (!accessor) {
    throw new VaultError({
      code: 'not-found',
      method: 'GET',
      path: `auth/${mount}`,
      detail: 'people cannot sign in; mount the auth method first',
    });
  }
  const members: string[] = [];
  for (const email of [...new Set(emails)].sort()) {
    const known = await entityOf(client, { email, accessor });
    if (known) {
      members.push(known);
    } else {
      const path = `identity/entity/name/person-${email}`;
      changes.push({ action: 'create', path, diff: [`+ ${email}`] });
      if (!planOnly) {
        members.push(await makeEntity(client, { email, accessor, path }));
      }
    }
  }
  const path = `identity/group/name/${APPROVERS_GROUP}`;
  const group = await client.read(path);
  const before: string[] = group?.member_entity_ids ?? [];
  const policies: string[] = group?.policies ?? [];
  const settled =
    group &&
    policies.join() === APPROVERS_POLICY &&
    [...before].sort().join() === [...members].sort().join();
  if (!settled || changes.length > 0) {
    changes.push({
      action: group ? 'update' : 'create',
      path,
      diff: [
        ...before.filter(id => !members.includes(id)).map(id => `- ${id}`),
        ...members.filter(id => !before.includes(id)).map(id => `+ ${id}`),
      ],
    });
    if (!planOnly) {
      await client.write(path, {
        type: 'internal',
        policies: [APPROVERS_POLICY],
        member_entity_ids: members,
      });
    }
  }
  return changes;
}

interface Person {
  email: string;
  /** Of the mount by which people sign in. */
  accessor: string;
}

async function entityOf(
  client: VaultClient,
  { email, accessor }: Person,
): Promise<string | undefined> {
  const { body } = await client.write('identity/lookup/entity', {
    alias_name: email,
    alias_mount_accessor: accessor,
  });
  return body.data?.id;
}

/** An interrupted run may have left the entity without its alias. */
async function makeEntity(
  client: VaultClient,
  { email, accessor, path }: Person & { path: string },
): Promise<string> {
  await client.write(path, { metadata: { email } });
  const id: string = (await client.read(path))!.id;
  await client.write('identity/entity-alias', {
    name: email,
    canonical_id: id,
    mount_accessor: accessor,
  });
  return id;
}

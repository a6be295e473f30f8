import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { LogFile } from '../supervisor/logFile.ts';
import { logPath } from '../supervisor/supervisor.ts';
import type { PartDefinition, SandboxContext } from '../supervisor/types.ts';
import {
  ensureRole,
  LEASING_ROLE,
  withSuperuser,
} from './postgresDatabases.ts';
import {
  initialiseCluster,
  postgresBinaries,
  postgresSettings,
  postgresVersion,
  type PostgresBinaries,
} from './postgresServer.ts';
import { asUser, postgresUser, type PostgresUser } from './postgresUser.ts';

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
        run.progress('makes the database cluster');
        await initialiseCluster({
          dir,
          data,
          user,
          binaries,
          password: ctx.secrets.postgresPassword,
          env: ctx.childEnv,
          log: new LogFile({ path: logPath(ctx.stateDir, 'postgres') }),
        });
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
            ...postgresSettings({
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
      withSuperuser(ctx, async client => {
        await ensureRole({
          client,
          role: 'portal',
          password: ctx.secrets.portalDatabasePassword,
          createDatabases: true,
        });
        await ensureRole({
          client,
          role: 'secrets',
          password: ctx.secrets.secretsDatabasePassword,
          createDatabases: true,
        });
        await ensureRole({
          client,
          role: LEASING_ROLE,
          password: ctx.secrets.openbaoDatabasePassword,
          createRoles: true,
        });
        // To end the connections of a lease that is over.
        await client.query(`GRANT pg_signal_backend TO ${LEASING_ROLE}`);
      }),
    // "Fast": connections are closed, and nothing has to be recovered at the next start.
    stopSignal: 'SIGINT',
    stopGraceMs: 30_000,
    healthIntervalMs: 3000,
  };
}

import pg from 'pg';
import { databasePassword } from '../config/secrets.ts';
import type { SandboxContext } from '../supervisor/types.ts';

/** The role with which OpenBao makes roles that live as long as a lease. */
export const LEASING_ROLE = 'openbao';

/** A role and a database of its own on the sandbox's PostgreSQL. */
export interface ServiceDatabase {
  /** Owns the database and everything in it. */
  role: string;
  database: string;
  /** What the service connects with; `undefined` where its roles come from OpenBao. */
  url: string | undefined;
}

/** Runs `work` with a superuser connection. */
export async function withSuperuser<T>(
  ctx: SandboxContext,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({
    host: '127.0.0.1',
    port: ctx.ports.postgres,
    user: 'postgres',
    password: ctx.secrets.postgresPassword,
    database: 'postgres',
    connectionTimeoutMillis: 5000,
  });
  client.on('error', () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}

/** Creates a login role, or gives an existing one the wanted password and rights. */
export async function ensureRole(options: {
  client: pg.Client;
  role: string;
  password: string;
  createDatabases?: boolean;
  createRoles?: boolean;
}): Promise<void> {
  const { client, role, password } = options;
  const { createDatabases = false, createRoles = false } = options;
  const name = client.escapeIdentifier(role);
  const known = await client.query(
    'SELECT 1 FROM pg_roles WHERE rolname = $1',
    [role],
  );
  await client.query(
    `${known.rowCount ? 'ALTER' : 'CREATE'} ROLE ${name} LOGIN NOSUPERUSER ${
      createDatabases ? 'CREATEDB' : 'NOCREATEDB'
    } ${createRoles ? 'CREATEROLE' : 'NOCREATEROLE'} PASSWORD ${client.escapeLiteral(password)}`,
  );
}

/** Connection string of the superuser, for what no role of a service may do. */
export function superuserUrl(ctx: SandboxContext, database: string): string {
  return `postgresql://postgres:${encodeURIComponent(
    ctx.secrets.postgresPassword,
  )}@127.0.0.1:${ctx.ports.postgres}/${database}`;
}

/** Makes sure that a database is there and that nobody may connect unless granted. */
export async function ensureDatabase(
  ctx: SandboxContext,
  database: string,
  owner = 'postgres',
): Promise<void> {
  await withSuperuser(ctx, async client => {
    const name = client.escapeIdentifier(database);
    const known = await client.query(
      'SELECT 1 FROM pg_database WHERE datname = $1',
      [database],
    );
    if (!known.rowCount) {
      await client.query(
        `CREATE DATABASE ${name} OWNER ${client.escapeIdentifier(owner)}`,
      );
    }
    await client.query(`REVOKE CONNECT ON DATABASE ${name} FROM PUBLIC`);
  });
}

/**
 * Makes sure that a service has a role and a database `<environment>_<service>` that no other role may connect to.
 *
 * Of a leased one OpenBao may make members of the role, which act as it, so that everything has one owner whatever the lease.
 * Idempotent; a password stays the same as long as the state folder lives.
 */
export async function ensureServiceDatabase(
  ctx: SandboxContext,
  options: { service: string; environment: string; leased: boolean },
): Promise<ServiceDatabase> {
  const role = serviceRole(options);
  if (options.leased) {
    await withSuperuser(ctx, async client => {
      const name = client.escapeIdentifier(role);
      const known = await client.query(
        'SELECT 1 FROM pg_roles WHERE rolname = $1',
        [role],
      );
      if (!known.rowCount) {
        await client.query(`CREATE ROLE ${name} NOLOGIN`);
      }
      await client.query(
        `GRANT ${name} TO ${LEASING_ROLE} WITH ADMIN TRUE, INHERIT FALSE, SET FALSE`,
      );
    });
    await ensureDatabase(ctx, role, role);
    return { role, database: role, url: undefined };
  }
  const password = databasePassword({
    stateDir: ctx.stateDir,
    secrets: ctx.secrets,
    role,
  });
  await withSuperuser(ctx, client => ensureRole({ client, role, password }));
  await ensureDatabase(ctx, role, role);
  return {
    role,
    database: role,
    url: `postgresql://${role}:${encodeURIComponent(password)}@127.0.0.1:${ctx.ports.postgres}/${role}`,
  };
}

/** Takes the password from a service's role, with which nobody connects any more once its roles come from OpenBao. */
export async function retirePassword(
  ctx: SandboxContext,
  options: { service: string; environment: string },
): Promise<void> {
  await withSuperuser(ctx, client =>
    client.query(
      `ALTER ROLE ${client.escapeIdentifier(serviceRole(options))} NOLOGIN PASSWORD NULL`,
    ),
  );
}

function serviceRole(options: {
  service: string;
  environment: string;
}): string {
  return `${options.environment}_${options.service}`.replace(/-/g, '_');
}

import { parse } from 'yaml';
import { z } from 'zod';

const duration = z
  .string()
  .regex(/^[1-9]\d*[smhd]$/, 'must be a duration, for example 24h');

const statements = z.array(z.string().min(1)).min(1);

const databaseSchema = z.strictObject({
  connection: z.string().min(1),
  owner: z.string().min(1),
  defaultTtl: duration,
  maxTtl: duration,
  statements: z.strictObject({
    creation: statements,
    renew: statements,
    revocation: statements,
  }),
});

/** How the database engine makes users. Only the platform writes SQL. */
export type DatabaseSettings = z.infer<typeof databaseSchema>;

/**
 * Reads `platform/vault/database.yaml`.
 *
 * @throws Error that names the field
 */
export function parseDatabaseSettings(text: string): DatabaseSettings {
  const parsed = databaseSchema.safeParse(parse(text));
  if (!parsed.success) {
    throw new Error(
      `platform/vault/database.yaml: ${z.prettifyError(parsed.error)}`,
    );
  }
  return parsed.data;
}

/** Names that need no quoting in SQL, which is why they may stand in a statement. */
const SQL_NAME = /^[a-z_][a-z0-9_]{0,62}$/;

/**
 * The body of a role of the database engine for one service.
 *
 * @throws Error when the name of the service gives no name of a role of the database
 */
export function databaseRole(
  settings: DatabaseSettings,
  options: { environment: string; service: string },
): Record<string, unknown> {
  const name = (text: string) => text.replaceAll('-', '_');
  const owner = settings.owner
    .replaceAll('<environment>', name(options.environment))
    .replaceAll('<service>', name(options.service));
  if (!SQL_NAME.test(owner)) {
    throw new Error(
      `"${owner}" is no name of a role of the database: letters, digits and underscores, at most 63`,
    );
  }
  const fill = (texts: string[]) =>
    texts.map(text => text.replaceAll('<owner>', owner));
  return {
    db_name: settings.connection,
    creation_statements: fill(settings.statements.creation),
    renew_statements: fill(settings.statements.renew),
    revocation_statements: fill(settings.statements.revocation),
    default_ttl: settings.defaultTtl,
    max_ttl: settings.maxTtl,
  };
}

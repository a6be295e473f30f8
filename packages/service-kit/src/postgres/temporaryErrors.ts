import { UnavailableError } from '../problems/DomainError.ts';

/** SQLSTATE classes and codes that say "not now" rather than "never". */
const TEMPORARY = [
  /^08/,
  /^40/,
  /^53/,
  /^57P0/,
  /^57014$/,
  /^55P03$/,
  /^25P0[34]$/,
  /^3D000$/,
];

/** Whether trying again may help. */
export function isTemporary(error: unknown): boolean {
  const { code, message } = error as { code?: string; message?: string };
  if (code && /^[0-9A-Z]{5}$/.test(code)) {
    return TEMPORARY.some(pattern => pattern.test(code));
  }
  return (
    /^E(CONN|PIPE|HOST|TIMEDOUT|NOTFOUND|AI_AGAIN)/.test(code ?? '') ||
    /timeout|terminated|Connection ended|not queryable/i.test(message ?? '')
  );
}

/** A database that does not answer, as the caller may be told. */
export function databaseUnavailable(cause: unknown): UnavailableError {
  return new UnavailableError({
    code: 'database-unavailable',
    message: 'The database does not answer. Try again shortly.',
    cause,
  });
}

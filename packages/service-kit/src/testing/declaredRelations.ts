import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** Which services one calls, and which call it. */
export interface DeclaredRelations {
  calls: readonly string[];
  calledBy: readonly string[];
}

/** The services that a cell names; what follows a semicolon is of others. */
function namesIn(cell: string, services: ReadonlySet<string>): string[] {
  return cell
    .split(';')[0]
    .split(',')
    .map(entry => /^[a-z-]+(?= \(|$)/.exec(entry.trim())?.[0] ?? '')
    .filter(name => services.has(name));
}

/**
 * What the table of `docs/reference/shop.md` says of a service.
 *
 * @throws Error when it does not name the service
 */
export async function declaredRelations(
  repoRoot: string,
  service: string,
): Promise<DeclaredRelations> {
  const page = await readFile(
    path.join(repoRoot, 'docs/reference/shop.md'),
    'utf8',
  );
  const rows = [
    ...page.matchAll(/^\| `([a-z-]+)` +\|([^|]*)\|([^|]*)\|$/gm),
  ].map(([, name, calls, calledBy]) => ({ name, calls, calledBy }));
  const services = new Set(rows.map(({ name }) => name));
  const row = rows.find(({ name }) => name === service);
  if (!row) {
    throw new Error(`docs/reference/shop.md does not say who calls ${service}`);
  }
  return {
    calls: namesIn(row.calls, services),
    calledBy: namesIn(row.calledBy, services),
  };
}

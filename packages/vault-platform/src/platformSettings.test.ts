import { readFileSync } from 'fs';
import { resolve } from 'path';
import { databaseRole, parseDatabaseSettings } from './platformSettings';

const text = readFileSync(
  resolve(__dirname, '../../../platform/vault/database.yaml'),
  'utf8',
);
const settings = parseDatabaseSettings(text);

describe('users of the database', () => {
  it('act as the owner of the database of their service, and as nobody else', () => {
    const role = databaseRole(settings, {
      environment: 'production',
      service: 'product-search',
    });
    expect(role).toMatchObject({
      db_name: 'postgres',
      default_ttl: '24h',
      creation_statements: [
        `CREATE ROLE "{{name}}" LOGIN PASSWORD '{{password}}' VALID UNTIL '{{expiration}}' IN ROLE "production_product_search"`,
        'ALTER ROLE "{{name}}" SET role TO "production_product_search"',
      ],
    });
    expect(JSON.stringify(role)).not.toMatch(/SUPERUSER|CREATEROLE|<\w+>/);
  });

  it.each(['a"; DROP ROLE b; --', 'Ümlaut', '', 'x'.repeat(80)])(
    'are refused for a service whose name is no name in SQL: %s',
    service => {
      const change = { ...settings, owner: '<service>' };
      expect(() =>
        databaseRole(change, { environment: 'production', service }),
      ).toThrow('is no name of a role of the database');
    },
  );

  it.each([
    [/^defaultTtl: 24h$/m, 'defaultTtl: forever', 'defaultTtl'],
    [/^connection: postgres$/m, 'connection: 5', 'connection'],
    [/^owner: .*$/m, 'owners: a', 'owner'],
    [/^ {2}creation:$/m, '  creations:', 'creation'],
  ])('are refused with the field that is wrong: %s', (from, to, field) => {
    const changed = text.replace(from, to);
    expect(changed).not.toBe(text);
    expect(() => parseDatabaseSettings(changed)).toThrow(field);
  });
});

import { TestDatabases } from '@backstage/backend-test-utils';
import { Client } from 'pg';
import { openDatabase } from './database';

jest.setTimeout(120_000);

describe('the database of secrets', () => {
  const databases = TestDatabases.create({ ids: ['POSTGRES_18'] });

  it('lets no other role connect', async () => {
    const db = await databases.init('POSTGRES_18');
    const role = `portal_${Math.random().toString(36).slice(2)}`;
    const { connection } = db.client.config;
    await db.raw(`create role ${role} login password 'test-only'`);
    const connect = async () => {
      const client = new Client({
        ...connection,
        user: role,
        password: 'test-only',
      });
      try {
        await client.connect();
        return 'connected';
      } catch (error) {
        return (error as { code?: string }).code;
      } finally {
        await client.end();
      }
    };
    try {
      expect(await connect()).toBe('connected');
      await openDatabase({ getClient: async () => db });
      // insufficient_privilege
      expect(await connect()).toBe('42501');
    } finally {
      await db.raw(`drop role ${role}`);
    }
  });
});

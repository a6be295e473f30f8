import { migrateDatabase, revertDatabase } from '@shopfloor/service-kit';
import { TestDatabase } from '@shopfloor/service-kit/src/testing/TestDatabase.ts';
import { migrations } from './migrations/index.ts';

describe('the migrations', () => {
  let test: TestDatabase;

  beforeAll(async () => {
    test = await TestDatabase.create();
  });

  afterAll(() => test.drop());

  it('go up and down, and up again', async () => {
    const up = () =>
      migrateDatabase({
        connectionString: test.connectionString,
        lockName: 'orders',
        migrations,
      });
    const tables = async () =>
      (
        await test.query<{ name: string }>(
          `select table_name as name from information_schema.tables
           where table_schema = 'public' and table_name not like 'schema_migrations%' order by 1`,
        )
      ).map(({ name }) => name);
    expect((await up()).applied).toHaveLength(migrations.length);
    const whole = await tables();
    expect(whole).toContain('orders');
    await revertDatabase({
      connectionString: test.connectionString,
      migrations,
    });
    expect(await tables()).toEqual([]);
    await up();
    expect(await tables()).toEqual(whole);
    expect((await up()).applied).toEqual([]);
  });

  it('let no program break the money of an order', async () => {
    await test.query(`
      insert into orders (id, order_number, owner, placed_by, idempotency_key, body_hash,
        quote_id, cart_id, cart_version, state, currency, total, content, language, address,
        shipping_option_id, payment_id, shipment_id, compensation_id)
      values (uuidv7(), 'SF-1', 'guest:a', 'guest:a', 'key', '', uuidv7(), uuidv7(), 1, 'fulfilling',
        'EUR', 100, '{}', 'en', '{}', 'standard', uuidv7(), uuidv7(), uuidv7())`);
    await test.query('update orders set captured = 100, refunded = 100');
    for (const change of [
      'captured = 101',
      'captured = 50',
      'refunded = 101',
      'refunded = -1',
      'shipped_value = 101',
    ]) {
      await expect(test.query(`update orders set ${change}`)).rejects.toThrow(
        /violates check constraint/,
      );
    }
  });
});

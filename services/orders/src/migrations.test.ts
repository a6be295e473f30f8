import { describeSchema } from '@shopfloor/service-kit/src/testing/describeSchema.ts';
import { TestDatabase } from '@shopfloor/service-kit/src/testing/TestDatabase.ts';
import pg from 'pg';
import { migrateOrders } from './migrateOrders.ts';
import { migrations } from './migrations/index.ts';

describeSchema(migrations, connectionString =>
  migrateOrders({ connectionString }),
);

describe('the migrations', () => {
  let test: TestDatabase;

  beforeAll(async () => {
    test = await TestDatabase.create();
    await migrateOrders({ connectionString: test.connectionString });
  });

  afterAll(() => test.drop());

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

  it('let the steps of an order change no index', async () => {
    const client = new pg.Client(test.connectionString);
    await client.connect();
    try {
      await client.query('begin');
      await client.query(`
        insert into orders (id, order_number, owner, placed_by, idempotency_key, body_hash,
          quote_id, cart_id, cart_version, state, due_at, currency, total, content, language, address,
          shipping_option_id, payment_id, shipment_id, compensation_id)
        values (uuidv7(), 'SF-2', 'guest:b', 'guest:b', 'key', '', uuidv7(), uuidv7(), 1, 'reserving',
          date_trunc('minute', now()) + interval '5 s', 'EUR', 100, '{}', 'en', '{}', 'standard',
          uuidv7(), uuidv7(), uuidv7())`);
      const steps = ['authorising', 'confirming', 'requesting-shipment'];
      for (const [n, state] of steps.entries()) {
        await client.query(
          `update orders set state = $1, version = version + 1, updated_at = clock_timestamp(),
             due_at = date_trunc('minute', now()) + $2 * interval '1 s', leased_until = clock_timestamp(), payment_state = $1
           where order_number = 'SF-2'`,
          [state, 6 + n],
        );
      }
      const { rows } = await client.query(
        `select n_tup_upd::int as updates, n_tup_hot_upd::int as hot
         from pg_stat_xact_user_tables where relname = 'orders'`,
      );
      expect(rows).toEqual([{ updates: steps.length, hot: steps.length }]);
    } finally {
      await client.end();
    }
  });
});

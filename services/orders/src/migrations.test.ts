import { describeSchema } from '@shopfloor/service-kit/src/testing/describeSchema.ts';
import { TestDatabase } from '@shopfloor/service-kit/src/testing/TestDatabase.ts';
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
});

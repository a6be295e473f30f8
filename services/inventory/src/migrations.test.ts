import { describeSchema } from '@shopfloor/service-kit/src/testing/describeSchema.ts';
import { TestDatabase } from '@shopfloor/service-kit/src/testing/TestDatabase.ts';
import { migrateInventory } from './migrateInventory.ts';
import { migrations } from './migrations/index.ts';

describeSchema(migrations, connectionString =>
  migrateInventory({ connectionString, sampleData: false }),
);

describe('the migrations', () => {
  let test: TestDatabase;

  beforeAll(async () => {
    test = await TestDatabase.create();
    await migrateInventory({
      connectionString: test.connectionString,
      sampleData: true,
    });
    await test.query(`
      insert into skus (sku, product_id, product_version, sample, listed)
      values ('A', uuidv7(), 1, false, true)`);
    await test.query(`
      insert into stock (sku, warehouse_id, on_hand, held, allocated)
      values ('A', 'lyon', 9, 2, 3)`);
    await test.query(`
      insert into reservation_lines
        (reservation_id, generation, sku, warehouse_id, quantity, shipped, remaining)
      values (uuidv7(), 1, 'A', 'lyon', 3, 1, 2)`);
  });

  afterAll(() => test.drop());

  it.each([
    'held = -1',
    'allocated = -1',
    'on_hand = 4',
    'held = 7',
    'allocated = 8',
  ])('let no program promise more than lies there: %s', async change => {
    await expect(test.query(`update stock set ${change}`)).rejects.toThrow(
      /stock_sound/,
    );
  });

  it.each(['quantity = 0', 'shipped = -1', 'remaining = -1', 'remaining = 3'])(
    'let no line keep what it never took: %s',
    async change => {
      await expect(
        test.query(`update reservation_lines set ${change}`),
      ).rejects.toThrow(/reservation_lines_sound/);
    },
  );

  const insert = (row: string) =>
    test.query(`
      insert into movements (kind, quantity, on_hand, held, allocated, reason, sku, warehouse_id, reference)
      values (${row}, 'A', 'lyon', uuidv7())`);

  it.each([
    `'received', 2, 2, 0, 0, null`,
    `'held', 2, 0, 2, 0, null`,
    `'released', 2, 0, -2, 0, null`,
    `'released', 2, 0, 0, -2, null`,
    `'confirmed', 2, 0, -2, 2, null`,
    `'shipped', 2, -2, 0, -1, null`,
    `'returned', 2, 2, 0, 0, null`,
    `'adjusted', 2, -2, 0, 0, 'lost'`,
  ])('let the ledger say %s', async row => {
    await expect(insert(row)).resolves.toEqual([]);
  });

  it.each([
    `'received', 2, 1, 0, 0, null`,
    `'received', 0, 0, 0, 0, null`,
    `'held', 2, 0, 1, 0, null`,
    `'released', 2, 0, -1, -2, null`,
    `'released', 2, 0, -3, 1, null`,
    `'confirmed', 2, 0, -2, 1, null`,
    `'shipped', 2, -2, 0, -3, null`,
    `'shipped', 2, -2, 0, 1, null`,
    `'shipped', 2, -2, -2, 0, null`,
    `'returned', -2, -2, 0, 0, null`,
    `'adjusted', 2, -2, 0, 0, null`,
    `'adjusted', 2, 0, 0, 0, 'lost'`,
    `'stolen', 2, -2, 0, 0, 'lost'`,
  ])('and not %s', async row => {
    await expect(insert(row)).rejects.toThrow(/movements_sound/);
  });
});

import { newId } from '@shopfloor/service-kit';
import type { Parts } from './createParts.ts';
import { planRepair } from './domain/planRepair.ts';
import { TestInventory } from './testing/TestInventory.ts';

/** As an instance does it: as long as it has the lease and there is more. */
async function reconcile(parts: Parts): Promise<void> {
  const { reconciler, reconcileLease } = parts;
  while ((await reconcileLease.take()) && (await reconciler.round())) {
    // There is more.
  }
}

describe('planRepair', () => {
  const at = { sku: 'A', warehouseId: 'lyon' };
  const sources = (
    stock: [number, number, number],
    ledger: [number, number, number],
    kept: [number, number],
  ) => ({
    ...at,
    stock: { onHand: stock[0], held: stock[1], allocated: stock[2] },
    ledger: { onHand: ledger[0], held: ledger[1], allocated: ledger[2] },
    kept: { held: kept[0], allocated: kept[1] },
  });

  it.each([
    [
      'nothing where all agree',
      sources([9, 2, 3], [9, 2, 3], [2, 3]),
      [9, 2, 3],
      undefined,
      [],
    ],
    [
      'the stock where it lost goods',
      sources([8, 2, 3], [9, 2, 3], [2, 3]),
      [9, 2, 3],
      undefined,
      ['on_hand'],
    ],
    [
      'the stock where it holds what nobody keeps',
      sources([9, 4, 3], [9, 2, 3], [2, 3]),
      [9, 2, 3],
      undefined,
      ['held'],
    ],
    [
      'stock and ledger where a reservation is gone',
      sources([9, 2, 3], [9, 2, 3], [0, 3]),
      [9, 0, 3],
      [-2, 0],
      ['held'],
    ],
    [
      'stock and ledger where a hold was allocated by hand',
      sources([9, 2, 3], [9, 2, 3], [0, 5]),
      [9, 0, 5],
      [-2, 2],
      ['held', 'allocated'],
    ],
  ])('repairs %s', (_what, comparison, stock, adjustment, quantities) => {
    const repair = planRepair(comparison);
    expect(repair.stock).toEqual({
      onHand: stock[0],
      held: stock[1],
      allocated: stock[2],
    });
    expect(repair.adjustment).toEqual(
      adjustment && { held: adjustment[0], allocated: adjustment[1] },
    );
    expect(repair.differences.map(({ quantity }) => quantity)).toEqual(
      quantities,
    );
    expect(repair.differences.every(d => d.outcome === 'repaired')).toBe(true);
  });

  it('leaves to a person what promises more than there is', () => {
    const repair = planRepair(sources([5, 0, 5], [4, 0, 5], [0, 5]));
    expect(repair.stock).toBeUndefined();
    expect(repair.adjustment).toBeUndefined();
    expect(repair.differences).toEqual([
      {
        ...at,
        quantity: 'on_hand',
        stock: '5',
        ledger: '4',
        outcome: 'needs-care',
      },
    ]);
  });
});

describe('a reconciliation', () => {
  let inventory: TestInventory;
  const reserve = async (sku: string, quantity: number) =>
    (
      await inventory.parts.reservations.reserve({
        reservationId: newId(),
        ttlSeconds: 600,
        lines: [{ sku, quantity }],
      })
    ).reservationId;

  beforeAll(async () => {
    inventory = await TestInventory.create();
  });

  afterAll(async () => {
    await inventory.close();
  });

  it('finds every planted difference, repairs it, and keeps a report (drill 16)', async () => {
    const { test, parts } = inventory;
    const names = ['GOODS', 'HELD', 'GONE', 'LATE', 'TOLD', 'RIGHT', 'OVER'];
    for (const name of names) {
      await inventory.stock(name, { rotterdam: 10, lyon: 10 });
    }
    const gone = await reserve('GONE', 4);
    const late = await reserve('LATE', 3);
    const right = await reserve('RIGHT', 2);
    await parts.reservations.confirm(right);
    const over = await reserve('OVER', 8);
    await parts.reservations.confirm(over);
    // Planted behind the service's back.
    await test.query(
      `update stock set on_hand = on_hand + 5 where sku = 'GOODS' and warehouse_id = 'lyon'`,
    );
    await test.query(
      `update stock set held = held + 3 where sku = 'HELD' and warehouse_id = 'rotterdam'`,
    );
    await test.query(
      `update reservations set state = 'released' where id = $1`,
      [gone],
    );
    await inventory.expire(late);
    await test.query(`update skus set state = 'out' where sku = 'TOLD'`);
    await test.query(
      `insert into movements (kind, sku, warehouse_id, quantity, on_hand, held, allocated, reference, reason)
       values ('adjusted', 'OVER', 'rotterdam', 5, -5, 0, 0, $1, 'planted')`,
      [newId()],
    );

    const requested = await parts.reconciler.request('staff:amira');
    expect(await parts.reconciler.request('staff:other')).toEqual(requested);
    await reconcile(parts);
    const report = await parts.reconciler.get(requested.reconciliationId);
    expect(report).toMatchObject({
      state: 'done',
      requestedBy: 'staff:amira',
      skusChecked: 7,
      holdsExpired: 1,
      unrepaired: 1,
    });
    const { items } = await parts.reconciler.differences({
      id: requested.reconciliationId,
      limit: 50,
    });
    expect(
      items.map(
        ({
          sku,
          warehouseId,
          quantity,
          stock,
          ledger,
          reservations,
          outcome,
        }) =>
          [
            sku,
            warehouseId,
            quantity,
            stock,
            ledger,
            reservations,
            outcome,
          ].join(' '),
      ),
    ).toEqual([
      'GONE rotterdam held 4 4 0 repaired',
      'GOODS lyon on_hand 15 10  repaired',
      'HELD rotterdam held 3 0 0 repaired',
      'OVER rotterdam on_hand 10 5  needs-care',
      'TOLD  state out in-stock  repaired',
    ]);
    expect(report.differences).toBe(items.length);
    expect(await inventory.totals('GOODS')).toMatchObject({ onHand: 20 });
    expect(await inventory.totals('HELD')).toMatchObject({ held: 0 });
    expect(await inventory.totals('GONE')).toMatchObject({ held: 0 });
    expect(await inventory.totals('LATE')).toMatchObject({ held: 0 });
    expect(await inventory.totals('RIGHT')).toMatchObject({ allocated: 2 });
    const events = await inventory.events();
    expect(
      events.filter(({ data }) => data.sku === 'TOLD').at(-1),
    ).toMatchObject({
      data: { state: 'in-stock' },
      version: 2,
    });

    // A person books what is missing; then nothing is left to find.
    await parts.stock.receive(
      {
        receiptId: newId(),
        warehouseId: 'rotterdam',
        lines: [{ sku: 'OVER', quantity: 5 }],
      },
      'staff:amira',
    );
    const again = await parts.reconciler.request('staff:amira');
    await reconcile(parts);
    expect(await parts.reconciler.get(again.reconciliationId)).toMatchObject({
      state: 'done',
      differences: 1,
      unrepaired: 0,
    });
    await inventory.assertAgreement();
  });

  it('is done by one instance, continues where another stopped, and comes by itself', async () => {
    const { test, parts } = inventory;
    const first = await parts.reconciler.request('staff:amira');
    await test.query(
      `update reconciliations set after_sku = 'LATE', skus_checked = 4 where id = $1`,
      [first.reconciliationId],
    );
    const other = inventory.another();
    await reconcile(other);
    expect((await parts.reconciler.get(first.reconciliationId)).state).toBe(
      'open',
    );
    // The holder is gone; its lease ends by the clock of the database.
    await test.query(
      `update work_leases set expires_at = now() - interval '1 second'`,
    );
    await reconcile(other);
    expect(await parts.reconciler.get(first.reconciliationId)).toMatchObject({
      state: 'done',
      skusChecked: 7,
    });
    await reconcile(other);
    const count = async () =>
      (await parts.reconciler.list({ limit: 50 })).items.length;
    const before = await count();
    await test.query(
      `update reconciliations set started_at = now() - interval '2 hours'`,
    );
    await reconcile(other);
    expect(await count()).toBe(before + 1);
    const { items } = await parts.reconciler.list({ limit: 1 });
    expect(items[0]).toMatchObject({ requestedBy: 'schedule', state: 'done' });
    await other.reconcileLease.drop();
  });

  it('changes nothing of a ledger that is written', async () => {
    for (const statement of [
      'update movements set quantity = 1',
      'delete from movements',
      'truncate movements',
    ]) {
      await expect(inventory.test.query(statement)).rejects.toThrow(
        'append-only',
      );
    }
  });
});

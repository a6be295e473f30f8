import { newId } from '@shopfloor/service-kit';
import { validateEventData } from '@shopfloor/contracts';
import { TestInventory } from './testing/TestInventory.ts';

describe('reservations', () => {
  let inventory: TestInventory;
  let names = 0;
  const newSku = () => {
    names += 1;
    return `SKU-${names}`;
  };
  const reserve = (
    lines: { sku: string; quantity: number }[],
    reservationId = newId(),
    ttlSeconds = 600,
  ) =>
    inventory.parts.reservations.reserve({ reservationId, ttlSeconds, lines });
  const problem = async (work: Promise<unknown>) =>
    work.then(
      () => undefined,
      error => error,
    );
  const places = async (reservationId: string) =>
    (await inventory.parts.reservations.get(reservationId)).lines.map(
      ({ sku, quantity, warehouseId }) => [sku, quantity, warehouseId],
    );
  const available = async (sku: string) =>
    (await inventory.parts.stock.availability([sku]))[0];

  beforeAll(async () => {
    inventory = await TestInventory.create({ DATABASE_POOL_MAX: '40' });
  });

  afterEach(async () => {
    await inventory.assertAgreement();
  });

  afterAll(async () => {
    await inventory.close();
  });

  it('hold, then allocate; each step may be repeated', async () => {
    const sku = newSku();
    await inventory.stock(sku, { rotterdam: 10 });
    const held = await reserve([{ sku, quantity: 4 }]);
    expect(held.state).toBe('held');
    expect(await inventory.totals(sku)).toEqual({
      onHand: 10,
      held: 4,
      allocated: 0,
    });
    expect(
      await reserve([{ sku, quantity: 4 }], held.reservationId, 5),
    ).toEqual(held);
    for (let time = 0; time < 2; time += 1) {
      expect(
        await inventory.parts.reservations.confirm(held.reservationId),
      ).toMatchObject({ state: 'confirmed' });
    }
    expect(await inventory.totals(sku)).toEqual({
      onHand: 10,
      held: 0,
      allocated: 4,
    });
    expect(
      await reserve([{ sku, quantity: 4 }], held.reservationId),
    ).toMatchObject({ state: 'confirmed' });
  });

  it('give back what is held and what is allocated, once', async () => {
    const sku = newSku();
    await inventory.stock(sku, { rotterdam: 10 });
    const first = await reserve([{ sku, quantity: 4 }]);
    const second = await reserve([{ sku, quantity: 5 }]);
    await inventory.parts.reservations.confirm(second.reservationId);
    for (const { reservationId } of [first, second, first, second]) {
      expect(
        await inventory.parts.reservations.release(reservationId),
      ).toMatchObject({ state: 'released' });
    }
    expect(await inventory.totals(sku)).toEqual({
      onHand: 10,
      held: 0,
      allocated: 0,
    });
    expect(
      await problem(inventory.parts.reservations.confirm(first.reservationId)),
    ).toMatchObject({ code: 'reservation-released' });
  });

  it('take all lines or none, and name those that lack', async () => {
    const [plenty, few, none] = [newSku(), newSku(), newSku()];
    await inventory.stock(plenty, { rotterdam: 10 });
    await inventory.stock(few, { rotterdam: 1, lyon: 1 });
    const error = await problem(
      reserve([
        { sku: few, quantity: 3 },
        { sku: plenty, quantity: 1 },
        { sku: none, quantity: 1 },
      ]),
    );
    expect(error).toMatchObject({
      kind: 'conflict',
      code: 'insufficient-stock',
      fields: [
        {
          in: 'body',
          field: '/lines/0',
          message: `3 of ${few} are wanted, 2 are left`,
        },
        {
          in: 'body',
          field: '/lines/2',
          message: `1 of ${none} are wanted, 0 are left`,
        },
      ],
    });
    expect((await inventory.totals(plenty)).held).toBe(0);
    expect((await inventory.totals(few)).held).toBe(0);
  });

  it('refuse the same id for other lines, and a SKU twice', async () => {
    const sku = newSku();
    await inventory.stock(sku, { rotterdam: 10 });
    const { reservationId } = await reserve([{ sku, quantity: 1 }]);
    expect(
      await problem(reserve([{ sku, quantity: 2 }], reservationId)),
    ).toMatchObject({ kind: 'conflict', code: 'id-reused' });
    expect(
      await problem(
        reserve([
          { sku, quantity: 1 },
          { sku, quantity: 2 },
        ]),
      ),
    ).toMatchObject({ kind: 'invalid', fields: [{ field: '/lines/1/sku' }] });
  });

  it.each([
    {
      what: 'one warehouse that has all, though the first has one of them',
      stock: [
        { rotterdam: 5, leipzig: 5 },
        { rotterdam: 1, leipzig: 5 },
      ],
      wanted: [2, 2],
      taken: [
        [0, 2, 'leipzig'],
        [1, 2, 'leipzig'],
      ],
    },
    {
      what: 'the first of two that have all',
      stock: [{ lyon: 9, leipzig: 2, rotterdam: 1 }],
      wanted: [2],
      taken: [[0, 2, 'leipzig']],
    },
    {
      what: 'for each line the first that has all of it, when none has all lines',
      stock: [
        { rotterdam: 1, leipzig: 3 },
        { rotterdam: 3, leipzig: 1 },
      ],
      wanted: [3, 3],
      taken: [
        [0, 3, 'leipzig'],
        [1, 3, 'rotterdam'],
      ],
    },
    {
      what: 'a line from several, by preference, when no warehouse has all of it',
      stock: [{ rotterdam: 1, leipzig: 2, lyon: 2 }],
      wanted: [4],
      taken: [
        [0, 2, 'leipzig'],
        [0, 1, 'lyon'],
        [0, 1, 'rotterdam'],
      ],
    },
  ])('are taken from $what', async ({ stock, wanted, taken }) => {
    const skus = stock.map(newSku);
    for (const [index, amounts] of stock.entries()) {
      await inventory.stock(skus[index], amounts);
    }
    const { reservationId } = await reserve(
      wanted.map((quantity, index) => ({ sku: skus[index], quantity })),
    );
    expect(await places(reservationId)).toEqual(
      taken.map(([index, ...rest]) => [skus[index as number], ...rest]),
    );
  });

  describe('past their time', () => {
    it('keep nothing, though nobody sweeps: reads leave them out and who needs it gets it', async () => {
      const sku = newSku();
      await inventory.stock(sku, { rotterdam: 2 });
      const late = await reserve([{ sku, quantity: 2 }]);
      expect(await available(sku)).toEqual({ sku, available: 0, state: 'out' });
      await inventory.expire(late.reservationId);
      expect(await available(sku)).toEqual({ sku, available: 2, state: 'low' });
      expect(
        await inventory.parts.reservations.get(late.reservationId),
      ).toMatchObject({ state: 'expired' });
      expect(
        await problem(inventory.parts.reservations.confirm(late.reservationId)),
      ).toMatchObject({ code: 'reservation-expired' });
      await reserve([{ sku, quantity: 1 }]);
      expect(await available(sku)).toEqual({ sku, available: 1, state: 'low' });
      expect(
        await inventory.parts.reservations.release(late.reservationId),
      ).toMatchObject({ state: 'released' });
    });

    it('are revived by the same id, when stock allows', async () => {
      const sku = newSku();
      await inventory.stock(sku, { rotterdam: 2 });
      const lines = [{ sku, quantity: 2 }];
      const { reservationId } = await reserve(lines);
      await inventory.expire(reservationId);
      expect(await reserve(lines, reservationId)).toMatchObject({
        state: 'held',
      });
      expect((await inventory.totals(sku)).held).toBe(2);
      await inventory.expire(reservationId);
      const other = await reserve(lines);
      expect(await problem(reserve(lines, reservationId))).toMatchObject({
        code: 'insufficient-stock',
      });
      await inventory.parts.reservations.release(other.reservationId);
      await reserve(lines, reservationId);
      expect(
        await inventory.parts.reservations.confirm(reservationId),
      ).toMatchObject({ state: 'confirmed' });
      expect(await inventory.totals(sku)).toEqual({
        onHand: 2,
        held: 0,
        allocated: 2,
      });
    });

    it('are swept once each, by however many sweep', async () => {
      const sku = newSku();
      await inventory.stock(sku, { rotterdam: 500 });
      const made = await Promise.all(
        Array.from({ length: 250 }, () => reserve([{ sku, quantity: 1 }])),
      );
      await inventory.test.query(
        `update reservations set expires_at = now() - interval '1 second' where state = 'held' and id = any($1)`,
        [made.map(({ reservationId }) => reservationId)],
      );
      const other = inventory.another();
      const ended = await Promise.all([
        inventory.parts.sweeper.run(),
        other.sweeper.run(),
      ]);
      expect(ended.reduce((a, b) => a + b)).toBe(250);
      expect((await inventory.totals(sku)).held).toBe(0);
    });
  });

  it('tell others only of another state, in the order of its versions', async () => {
    const sku = newSku();
    await inventory.stock(sku, { rotterdam: 8 });
    const { reservationId } = await reserve([{ sku, quantity: 2 }]);
    await reserve([{ sku, quantity: 1 }]);
    await reserve([{ sku, quantity: 5 }]);
    await inventory.parts.reservations.release(reservationId);
    const events = (await inventory.events()).filter(
      ({ data }) => data.sku === sku,
    );
    expect(events.map(({ data, version }) => [version, data.state])).toEqual([
      [1, 'in-stock'],
      [2, 'low'],
      [3, 'out'],
      [4, 'low'],
    ]);
    for (const { data } of events) {
      expect(validateEventData('shop.stock.changed.v1', data)).toEqual([]);
    }
  });

  it('drill 1: of 200 buyers of the last unit exactly one gets it', async () => {
    const sku = newSku();
    await inventory.stock(sku, { lyon: 1 });
    const outcomes = await Promise.all(
      Array.from({ length: 200 }, () =>
        reserve([{ sku, quantity: 1 }]).then(
          ({ state }) => state,
          error => error.code,
        ),
      ),
    );
    expect(outcomes.filter(outcome => outcome === 'held')).toHaveLength(1);
    expect(
      outcomes.filter(outcome => outcome === 'insufficient-stock'),
    ).toHaveLength(199);
    expect(await inventory.totals(sku)).toEqual({
      onHand: 1,
      held: 1,
      allocated: 0,
    });
    const [{ count }] = await inventory.test.query<{ count: number }>(
      `select count(*)::int from reservation_lines where sku = $1`,
      [sku],
    );
    expect(count).toBe(1);
  });

  it('of what there is plenty of wait for nobody who works on another warehouse, nor for one another in vain', async () => {
    const [first, second] = [newSku(), newSku()];
    await inventory.stock(first, { rotterdam: 100, lyon: 1 });
    await inventory.stock(second, { rotterdam: 100 });
    await inventory.database.transaction(async tx => {
      await tx.query({
        name: 'lock_elsewhere',
        text: `select from skus k join stock s on s.sku = k.sku and s.warehouse_id <> 'rotterdam'
          where k.sku in ('${first}', '${second}') for update`,
      });
      const held = await Promise.all(
        Array.from({ length: 6 }, (_, index) =>
          reserve([
            { sku: first, quantity: 1 },
            { sku: second, quantity: 1 + (index % 2) },
          ]),
        ),
      );
      await Promise.all(
        held.map(({ reservationId }) =>
          inventory.parts.reservations.confirm(reservationId),
        ),
      );
    });
    expect((await inventory.totals(first)).allocated).toBe(6);
    expect((await inventory.totals(second)).allocated).toBe(9);
  });

  it('and goods that come and go at once are all counted, and the last of plenty is told', async () => {
    const sku = newSku();
    await inventory.stock(sku, { rotterdam: 40 });
    const outcomes = await Promise.all(
      Array.from({ length: 120 }, async (_, index) => {
        if (index % 10 === 0) {
          await inventory.parts.stock.receive(
            {
              receiptId: newId(),
              warehouseId: 'rotterdam',
              lines: [{ sku, quantity: 5 }],
            },
            'staff:test',
          );
          return undefined;
        }
        const { reservationId } = await reserve([{ sku, quantity: 1 }]).catch(
          error => {
            if (error.code !== 'insufficient-stock') {
              throw error;
            }
            return { reservationId: undefined };
          },
        );
        if (reservationId && index % 3 === 0) {
          await inventory.parts.reservations.release(reservationId);
        } else if (reservationId) {
          await inventory.parts.reservations.confirm(reservationId);
        }
        return reservationId;
      }),
    );
    const { onHand, held, allocated } = await inventory.totals(sku);
    expect({ onHand, held }).toEqual({ onHand: 100, held: 0 });
    expect(allocated).toBe(
      outcomes.filter((id, index) => id && index % 3 !== 0).length,
    );
    const left = onHand - allocated;
    await reserve([{ sku, quantity: left - 5 }]);
    expect(await available(sku)).toEqual({ sku, available: 5, state: 'low' });
    const told = (await inventory.events()).filter(
      ({ data }) => data.sku === sku,
    );
    expect(told.at(-1)!.data.state).toBe('low');
    expect(told.map(({ version }) => version)).toEqual(
      told.map((_, index) => index + 1),
    );
  });

  it('of 200 buyers exactly as many as there were late holds for get it, without a sweeper', async () => {
    const sku = newSku();
    await inventory.stock(sku, { lyon: 7 });
    for (let index = 0; index < 7; index += 1) {
      const { reservationId } = await reserve([{ sku, quantity: 1 }]);
      await inventory.expire(reservationId);
    }
    const outcomes = await Promise.all(
      Array.from({ length: 200 }, () =>
        reserve([{ sku, quantity: 1 }]).then(
          ({ state }) => state,
          error =>
            error.code ??
            `${error.cause} ${error.cause.detail} ${error.message}`,
        ),
      ),
    );
    expect(outcomes.filter(outcome => outcome === 'held')).toHaveLength(7);
    expect(new Set(outcomes)).toEqual(new Set(['held', 'insufficient-stock']));
  });

  it.each<[string, Record<string, number>, Record<string, number>]>([
    ['the last units of two warehouses', { rotterdam: 2 }, { leipzig: 1 }],
    ['plenty in one warehouse', { leipzig: 90 }, { leipzig: 80 }],
  ])(
    'the same request for %s 50 times at once keeps the stock once',
    async (_what, ofFirst, ofSecond) => {
      const [first, second] = [newSku(), newSku()];
      await inventory.stock(first, ofFirst);
      await inventory.stock(second, ofSecond);
      const reservationId = newId();
      const answers = await Promise.all(
        Array.from({ length: 50 }, () =>
          reserve(
            [
              { sku: second, quantity: 1 },
              { sku: first, quantity: 2 },
            ],
            reservationId,
          ),
        ),
      );
      expect(new Set(answers.map(answer => JSON.stringify(answer))).size).toBe(
        1,
      );
      expect((await inventory.totals(first)).held).toBe(2);
      expect((await inventory.totals(second)).held).toBe(1);
      const steps = await Promise.all(
        Array.from({ length: 20 }, () =>
          inventory.parts.reservations.confirm(reservationId),
        ),
      );
      expect(steps.every(({ state }) => state === 'confirmed')).toBe(true);
    },
  );

  it('many lines in any order, with every step at once, never wait for each other in a circle', async () => {
    const skus = Array.from({ length: 6 }, newSku);
    for (const sku of skus) {
      await inventory.stock(sku, { rotterdam: 3, leipzig: 3, lyon: 3 });
    }
    const codes = new Map<string, number>();
    const count = (code: string) => codes.set(code, (codes.get(code) ?? 0) + 1);
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed % below;
    };
    const buyer = async () => {
      for (let round = 0; round < 12; round += 1) {
        const lines = skus
          .filter(() => random(2) === 0)
          .map(sku => ({ sku, quantity: 1 + random(3) }))
          .reverse();
        if (lines.length === 0) {
          continue;
        }
        const id = newId();
        try {
          await reserve(lines, id);
          if (random(3) === 0) {
            await inventory.expire(id);
          }
          await Promise.all([
            inventory.parts.reservations.confirm(id).catch(e => count(e.code)),
            random(2) === 0
              ? reserve(lines, id).catch(e => count(e.code))
              : inventory.parts.sweeper.run(),
          ]);
          await inventory.parts.reservations.release(id);
        } catch (error) {
          count((error as { code: string }).code);
        }
      }
    };
    await Promise.all(Array.from({ length: 30 }, buyer));
    const expected = [
      'insufficient-stock',
      'reservation-expired',
      'reservation-released',
    ];
    expect([...codes.keys()].filter(code => !expected.includes(code))).toEqual(
      [],
    );
    for (const sku of skus) {
      expect((await inventory.totals(sku)).onHand).toBe(9);
    }
  }, 60_000);
});

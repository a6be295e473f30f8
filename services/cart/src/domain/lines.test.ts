import fc from 'fast-check';
import { findLimitProblem, mergeLines, unitsBySku } from './lines.ts';
import type { CartLimits, StoredLine } from './types.ts';

const limits: CartLimits = {
  quantityPerLine: 10,
  quantityPerCart: 25,
  lines: 3,
};

const line = (sku: string, quantity: number, unitAmount = 100): StoredLine => ({
  sku,
  quantity,
  unitAmount,
  productId: `p-${sku}`,
  name: { en: sku, zh: sku },
});

const short = (lines: StoredLine[]) =>
  lines.map(({ sku, quantity }) => `${sku}${quantity}`).join(' ');

const anyLines = fc
  .uniqueArray(
    fc.record({
      sku: fc.constantFrom('a', 'b', 'c', 'd', 'e', '__proto__'),
      quantity: fc.integer({ min: 1, max: 10 }),
    }),
    { selector: ({ sku }) => sku, maxLength: 3 },
  )
  .map(list => list.map(({ sku, quantity }) => line(sku, quantity)));

describe('mergeLines', () => {
  // Worked by hand: at most 10 of one SKU, 25 in all, 3 lines.
  it.each([
    ['nothing into nothing', [], [], '', []],
    ['into an empty cart', [], [line('a', 2), line('b', 1)], 'a2 b1', []],
    ['the same SKU is added up', [line('a', 2)], [line('a', 3)], 'a5', []],
    [
      'up to the cap of a line',
      [line('a', 8)],
      [line('a', 5)],
      'a10',
      [{ sku: 'a', wanted: 13, quantity: 10 }],
    ],
    [
      'up to the cap of the cart, in the order of the source',
      [line('a', 10), line('b', 8)],
      [line('b', 5), line('c', 9)],
      'a10 b10 c5',
      [
        { sku: 'b', wanted: 13, quantity: 10 },
        { sku: 'c', wanted: 9, quantity: 5 },
      ],
    ],
    [
      'up to the number of lines',
      [line('a', 1), line('b', 1), line('c', 1)],
      [line('d', 1), line('c', 1)],
      'a1 b1 c2',
      [{ sku: 'd', wanted: 1, quantity: 0 }],
    ],
    [
      'a cart above a lowered cap keeps what it has',
      [line('a', 40)],
      [line('a', 1), line('b', 1)],
      'a40',
      [
        { sku: 'a', wanted: 41, quantity: 40 },
        { sku: 'b', wanted: 1, quantity: 0 },
      ],
    ],
  ])('%s', (_name, target, source, expected, capped) => {
    const merged = mergeLines(target, source, limits);
    expect(short(merged.lines)).toBe(expected);
    expect(merged.capped).toEqual(capped);
  });

  it('keeps the price that the line of the target was set under', () => {
    expect(
      mergeLines([line('a', 1, 100)], [line('a', 1, 200)], limits).lines,
    ).toEqual([line('a', 2, 100)]);
  });

  it('loses and invents nothing: what is not in the cart is told', () => {
    fc.assert(
      fc.property(anyLines, anyLines, (target, source) => {
        const { lines, capped } = mergeLines(target, source, limits);
        const quantityIn = (list: StoredLine[], sku: string) =>
          list.find(each => each.sku === sku)?.quantity ?? 0;
        const total = (list: StoredLine[]) =>
          list.reduce((sum, { quantity }) => sum + quantity, 0);
        for (const sku of new Set([...target, ...source].map(l => l.sku))) {
          const wanted = quantityIn(target, sku) + quantityIn(source, sku);
          const told = capped.find(each => each.sku === sku);
          expect(told?.wanted ?? wanted).toBe(wanted);
          expect(quantityIn(lines, sku)).toBe(told?.quantity ?? wanted);
          expect(quantityIn(lines, sku)).toBeGreaterThanOrEqual(
            quantityIn(target, sku),
          );
        }
        expect(lines.length).toBeLessThanOrEqual(3);
        expect(total(lines)).toBeLessThanOrEqual(
          Math.max(limits.quantityPerCart, total(target)),
        );
      }),
    );
  });
});

describe('unitsBySku', () => {
  it('adds up what two lines of an order have of one SKU', () => {
    expect(
      unitsBySku([
        { sku: 'a', quantity: 2 },
        { sku: 'b', quantity: 1 },
        { sku: 'a', quantity: 3 },
      ]),
    ).toEqual({ a: 5, b: 1 });
  });

  it('keeps every unit, whatever SKUs are called', () => {
    fc.assert(
      fc.property(anyLines, lines => {
        const units = JSON.parse(JSON.stringify(unitsBySku(lines)));
        expect(Object.entries(units).sort()).toEqual(
          lines.map(({ sku, quantity }) => [sku, quantity]).sort(),
        );
      }),
    );
  });
});

describe('findLimitProblem', () => {
  it.each([
    ['a10 b10 c5', undefined],
    ['a11', { kind: 'line', index: 0, limit: 10 }],
    ['a10 b10 c6', { kind: 'cart', index: 2, limit: 25 }],
    ['a1 b1 c1 d1', { kind: 'lines', index: 3, limit: 3 }],
    ['a1 b1 a1', { kind: 'twice', index: 2 }],
  ])('of %s is %j', (text, problem) => {
    const lines = text
      .split(' ')
      .map(each => ({ sku: each[0], quantity: Number(each.slice(1)) }));
    expect(findLimitProblem(lines, limits)).toEqual(problem);
  });
});

import fc from 'fast-check';
import {
  allotReturn,
  dispatchLines,
  nextState,
  SHIPMENT_STATES,
  type ShipmentCommand,
  type ShipmentLine,
  type ShipmentState,
} from './shipmentState.ts';

const COMMANDS: ShipmentCommand[] = [
  'dispatch-part',
  'dispatch-rest',
  'deliver',
  'cancel',
  'lose',
  'return',
];

const line = (
  sku: string,
  quantity: number,
  dispatched = 0,
  returned = 0,
): ShipmentLine => ({ sku, quantity, dispatched, returned });

describe('the state of a shipment', () => {
  it('moves only along these ways; every other command is refused', () => {
    const table = SHIPMENT_STATES.flatMap(state =>
      COMMANDS.map(command => [state, command, nextState(state, command)]),
    ).filter(([, , next]) => next !== undefined);
    expect(table).toEqual([
      ['pending', 'dispatch-part', 'partially-dispatched'],
      ['pending', 'dispatch-rest', 'dispatched'],
      ['pending', 'cancel', 'cancelled'],
      ['partially-dispatched', 'dispatch-part', 'partially-dispatched'],
      ['partially-dispatched', 'dispatch-rest', 'dispatched'],
      ['dispatched', 'deliver', 'delivered'],
      ['dispatched', 'lose', 'lost'],
      ['dispatched', 'return', 'returned'],
      ['delivered', 'return', 'returned'],
      ['lost', 'deliver', 'delivered'],
      ['lost', 'return', 'returned'],
    ]);
  });

  it('never enters one a second time, whatever comes in whatever order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...COMMANDS), { maxLength: 200 }),
        commands => {
          const seen: ShipmentState[] = ['pending'];
          for (const command of commands) {
            const state = seen.at(-1)!;
            const next = nextState(state, command) ?? state;
            seen.push(...(next === state ? [] : [next]));
          }
          expect(new Set(seen).size).toBe(seen.length);
        },
      ),
    );
  });
});

describe('a dispatch', () => {
  it('takes all that is left when no lines are named', () => {
    expect(
      dispatchLines([line('a', 2, 1), line('b', 1, 1)], undefined),
    ).toEqual({
      ok: true,
      lines: [line('a', 2, 2), line('b', 1, 1)],
      sent: [{ sku: 'a', quantity: 1 }],
      complete: true,
    });
  });

  it('refuses what is not there, too many, and a line that is there twice, all at once', () => {
    expect(
      dispatchLines(
        [line('a', 2, 1), line('b', 3)],
        [
          { sku: 'c', quantity: 1 },
          { sku: 'a', quantity: 2 },
          { sku: 'b', quantity: 1 },
          { sku: 'b', quantity: 1 },
        ],
      ),
    ).toEqual({
      ok: false,
      problems: [
        { index: 0, sku: 'c', reason: 'unknown-sku' },
        { index: 1, sku: 'a', reason: 'too-many' },
        { index: 3, sku: 'b', reason: 'twice' },
      ],
    });
  });

  it('in parts sends each piece once', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 20 }), {
          minLength: 1,
          maxLength: 5,
        }),
        fc.array(fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 5 }), {
          maxLength: 20,
        }),
        (quantities, parcels) => {
          let lines = quantities.map((quantity, index) =>
            line(`sku-${index}`, quantity),
          );
          let sent = 0;
          for (const parcel of parcels) {
            const outcome = dispatchLines(
              lines,
              parcel.map((quantity, index) => ({
                sku: `sku-${index}`,
                quantity,
              })),
            );
            if (outcome.ok) {
              lines = outcome.lines;
              sent += outcome.sent.reduce((sum, one) => sum + one.quantity, 0);
            }
          }
          const rest = dispatchLines(lines, undefined);
          expect(rest.ok && rest.complete).toBe(true);
          sent += rest.ok
            ? rest.sent.reduce((sum, one) => sum + one.quantity, 0)
            : 0;
          expect(sent).toBe(quantities.reduce((sum, one) => sum + one, 0));
        },
      ),
    );
  });
});

describe('a return', () => {
  const shipments = [
    { shipmentId: '1', lines: [line('a', 2, 2, 1), line('b', 1, 1)] },
    { shipmentId: '2', lines: [line('a', 3, 2)] },
  ];

  it('is allotted to the oldest shipment first', () => {
    expect(
      allotReturn(shipments, [
        { sku: 'a', quantity: 1 },
        { sku: 'a', quantity: 1 },
        { sku: 'b', quantity: 1 },
      ]),
    ).toEqual({
      ok: true,
      changed: [
        {
          shipmentId: '1',
          lines: [line('a', 2, 2, 2), line('b', 1, 1, 1)],
          allReturned: true,
        },
        { shipmentId: '2', lines: [line('a', 3, 2, 1)], allReturned: false },
      ],
    });
  });

  it('of more than was sent is refused as a whole', () => {
    expect(
      allotReturn(shipments, [
        { sku: 'b', quantity: 1 },
        { sku: 'a', quantity: 4 },
        { sku: 'c', quantity: 1 },
      ]),
    ).toEqual({
      ok: false,
      problems: [
        { index: 1, sku: 'a', reason: 'too-many' },
        { index: 2, sku: 'c', reason: 'unknown-sku' },
      ],
    });
    expect(shipments[0].lines[1].returned).toBe(0);
  });
});

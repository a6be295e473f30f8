import fc from 'fast-check';
import type { Payment } from './paymentReading.ts';
import { move } from './stepOutcome.ts';
import type { OrderRecord } from './types.ts';
import { UnwrittenMoves } from './UnwrittenMoves.ts';

const PAYMENT = { state: 'authorised', version: 1 } as Payment;

/** Moves of an order that is `reserving`, held since second 10 for at most 2 s unwritten. */
function begin(passingMs = 2000) {
  const clock = { ms: 10_000 };
  const moves = UnwrittenMoves.create(
    { state: 'reserving' },
    { passingMs, now: () => clock.ms },
  );
  return { clock, moves };
}

describe('moves that are not written yet', () => {
  it('are one write in the end, each with its time, and the deadline as long as it was meant', () => {
    const { clock, moves } = begin();
    expect(moves.isEmpty).toBe(true);
    clock.ms += 20;
    moves.add(move('reserved', { paymentDeadlineMs: 900_000 }), 'authorising');
    expect(moves.mayWait()).toBe(true);
    clock.ms += 100;
    moves.add(move('authorised', { payment: PAYMENT }), 'confirming');
    expect(moves.mayWait()).toBe(true);
    clock.ms += 30;
    moves.add(move('confirmed'), 'requesting-shipment');
    expect(moves.mayWait()).toBe(false);
    clock.ms += 5;
    expect(moves.toWrite()).toEqual({
      last: {
        kind: 'move',
        signal: 'confirmed',
        to: 'requesting-shipment',
        payment: PAYMENT,
        paymentDeadlineMs: 900_000 - 135,
      },
      earlier: [
        { to: 'authorising', signal: 'reserved', agoMs: 135 },
        { to: 'confirming', signal: 'authorised', agoMs: 35 },
      ],
    });
  });

  it('show the order as the next step has to see it', () => {
    const { moves } = begin();
    const order = { state: 'reserving', version: 1 } as OrderRecord;
    moves.add(move('reserved', { paymentDeadlineMs: 900_000 }), 'authorising');
    expect(moves.appliedTo(order)).toEqual({
      state: 'authorising',
      version: 1,
      paymentLeftMs: 900_000,
    });
  });

  it('wait no longer than a part of the lease, and not at all when told so', () => {
    const { clock, moves } = begin();
    moves.add(move('reserved'), 'authorising');
    clock.ms += 1999;
    expect(moves.mayWait()).toBe(true);
    clock.ms += 1;
    expect(moves.mayWait()).toBe(false);
    const { moves: never } = begin(0);
    never.add(move('reserved'), 'authorising');
    expect(never.mayWait()).toBe(false);
  });

  it.each(['awaiting-payment', 'releasing', 'voiding', 'rejected'] as const)(
    'are written at once when the way leads to %s',
    to => {
      const { moves } = begin();
      moves.add(move('reserved'), 'authorising');
      moves.add(move('declined'), to);
      expect(moves.mayWait()).toBe(false);
    },
  );

  it('never lose a move or turn times around', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat({ max: 500 }), { minLength: 1, maxLength: 6 }),
        pauses => {
          const { clock, moves } = begin();
          for (const pause of pauses) {
            clock.ms += pause;
            moves.add(move('reserved'), 'authorising');
          }
          const { earlier } = moves.toWrite();
          expect(earlier).toHaveLength(pauses.length - 1);
          const agos = earlier.map(({ agoMs }) => agoMs);
          expect(agos).toEqual([...agos].sort((a, b) => b - a));
          expect(agos.every(ago => ago >= 0)).toBe(true);
        },
      ),
    );
  });
});

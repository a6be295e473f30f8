import fc from 'fast-check';
import { KnownSpan, stepWindow } from './moveWindow';
import { TimeSpan } from './windows';

const DAY = 86_400;
const MONTH = 30 * DAY;
const AT = 100 * DAY;

function step(
  known: KnownSpan | undefined,
  span: TimeSpan = { from: AT - MONTH, to: AT },
  rolling = true,
) {
  return stepWindow({
    span,
    known,
    rolling,
    intervalSeconds: 5,
    at: AT,
    spread: 0,
  });
}

describe('stepWindow', () => {
  // A thirty-day window moves its trailing edge by a two-thousandth, which is 1,296 s.
  it.each<[string, ReturnType<typeof step>, ReturnType<typeof step>]>([
    ['of which nothing is known', step(undefined), { kind: 'whole' }],
    [
      'that was known 15 s ago',
      step({ from: AT - MONTH - 15, to: AT - 15, anchoredAt: AT - 60 }),
      { kind: 'move', arrived: { from: AT - 15, to: AT } },
    ],
    [
      'whose edge is 1,296 s behind',
      step({ from: AT - MONTH - 1296, to: AT - 15, anchoredAt: AT - 60 }),
      {
        kind: 'move',
        arrived: { from: AT - 15, to: AT },
        left: { from: AT - MONTH - 1296, to: AT - MONTH },
      },
    ],
    [
      'that was counted whole more than a day ago',
      step({ from: AT - MONTH, to: AT - 15, anchoredAt: AT - DAY - 1 }),
      { kind: 'whole' },
    ],
    [
      'taken from a recorded window',
      step({ from: AT - MONTH, to: AT - 15 }),
      { kind: 'whole' },
    ],
    [
      'known to the same moment',
      step({ from: AT - MONTH, to: AT, anchoredAt: AT - 60 }),
      { kind: 'keep' },
    ],
    [
      'of an hour',
      step(
        { from: AT - 3615, to: AT - 15, anchoredAt: AT - 15 },
        { from: AT - 3600, to: AT },
      ),
      { kind: 'whole' },
    ],
    [
      'of a calendar month that has begun anew',
      step(
        { from: AT - 40 * DAY, to: AT - 15, anchoredAt: AT - 60 },
        { from: AT - 9 * DAY, to: AT },
        false,
      ),
      { kind: 'whole' },
    ],
    [
      'that begins now',
      step(undefined, { from: AT, to: AT }, false),
      { kind: 'empty' },
    ],
  ])('tells how to count a window %s', (_, told, expected) => {
    expect(told).toEqual(expected);
  });

  it('gives what counting the whole window gives, at any rhythm of rounds', () => {
    // One event a second from the beginning on: a span counts its seconds.
    const count = ({ from, to }: TimeSpan) => to - from;
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 50_000 }), { maxLength: 40 }),
        pauses => {
          let at = AT;
          let known: KnownSpan | undefined;
          let events = 0;
          for (const pause of [0, ...pauses]) {
            at += pause;
            const span = { from: at - MONTH, to: at };
            const told = stepWindow({
              span,
              known,
              rolling: true,
              intervalSeconds: 5,
              at,
              spread: 0.5,
            });
            if (told.kind === 'whole') {
              events = count(span);
              known = { ...span, anchoredAt: at };
            } else if (told.kind === 'move') {
              events +=
                count(told.arrived) - (told.left ? count(told.left) : 0);
              known = {
                from: told.left ? span.from : known!.from,
                to: at,
                anchoredAt: known!.anchoredAt,
              };
            }
            expect(events).toBe(count(known!));
            expect(known!.to).toBe(at);
            expect(span.from - known!.from).toBeLessThan(MONTH / 2000);
          }
        },
      ),
    );
  });
});

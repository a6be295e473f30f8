import { mayFollow, transition } from './partState.ts';
import type { PartState } from './types.ts';

const start = {
  state: 'starting' as const,
  since: new Date('2026-01-01T00:00:00Z'),
  reason: undefined,
};
const later = new Date('2026-01-01T00:00:05Z');

describe('transition', () => {
  it('notes when and why the state changed', () => {
    expect(
      transition(start, { state: 'restarting', reason: 'killed', at: later }),
    ).toEqual({ state: 'restarting', reason: 'killed', since: later });
  });

  it('keeps the time while only the reason changes', () => {
    expect(
      transition(start, {
        state: 'starting',
        reason: 'nothing listens',
        at: later,
      }),
    ).toEqual({ ...start, reason: 'nothing listens' });
  });

  it.each<[PartState, PartState]>([
    ['waiting', 'ready'],
    ['building', 'ready'],
    ['starting', 'unhealthy'],
    ['restarting', 'ready'],
    ['stopped', 'starting'],
    ['failed', 'starting'],
  ])('refuses to go from %s to %s', (from, to) => {
    expect(mayFollow(from, to)).toBe(false);
    expect(() =>
      transition({ ...start, state: from }, { state: to, at: later }),
    ).toThrow(`A part cannot go from ${from} to ${to}`);
  });

  it.each<PartState>([
    'waiting',
    'building',
    'starting',
    'ready',
    'unhealthy',
    'restarting',
    'failed',
  ])('can be stopped while %s', state => {
    expect(mayFollow(state, 'stopped')).toBe(true);
  });
});

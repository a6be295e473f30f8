import { delegationCovers, delegationStateAt } from './delegations';

const delegation = {
  id: 'd-1',
  from: 'user:default/anna',
  to: 'user:default/dora',
  startsAt: '2026-03-02T00:00:00Z',
  endsAt: '2026-03-09T00:00:00Z',
};

describe('a delegation', () => {
  it.each([
    ['2026-03-01T23:59:59.999Z', undefined, 'planned'],
    ['2026-03-02T00:00:00Z', undefined, 'in-force'],
    ['2026-03-08T23:59:59.999Z', undefined, 'in-force'],
    ['2026-03-09T00:00:00Z', undefined, 'ended'],
    ['2026-03-05T00:00:00Z', '2026-03-04T00:00:00Z', 'ended'],
    ['2026-03-03T00:00:00Z', '2026-03-04T00:00:00Z', 'in-force'],
    ['2026-03-01T00:00:00Z', '2026-02-28T00:00:00Z', 'ended'],
  ])('at %s, ended at %s, is %s', (now, endedAt, state) => {
    expect(delegationStateAt({ ...delegation, endedAt }, now)).toBe(state);
  });

  it('covers the types that it names, or all', () => {
    const at = (now: string, types?: string[]) =>
      delegationCovers({ ...delegation, types }, { type: 'waiver', now });
    expect(at('2026-03-03T00:00:00Z')).toBe(true);
    expect(at('2026-03-03T00:00:00Z', ['waiver', 'other'])).toBe(true);
    expect(at('2026-03-03T00:00:00Z', ['other'])).toBe(false);
    expect(at('2026-03-01T00:00:00Z')).toBe(false);
  });
});

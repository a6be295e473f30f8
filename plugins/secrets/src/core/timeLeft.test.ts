import { longestLeft, timeLeft } from './timeLeft';

const now = Date.parse('2026-01-10T00:00:00.000Z');
const inDays = (days: number) =>
  new Date(now + days * 86_400_000).toISOString();

describe('timeLeft', () => {
  it.each([
    ['in force', { state: 'active', expiresAt: inDays(3) }, 259_200_000],
    ['about to end', { state: 'expiring', expiresAt: inDays(1) }, 86_400_000],
    [
      'over its time, before it is noticed',
      { state: 'active', expiresAt: inDays(-1) },
      0,
    ],
    ['without an end', { state: 'active' }, undefined],
    ['ended', { state: 'revoked', expiresAt: inDays(3) }, undefined],
    ['not approved yet', { state: 'requested' }, undefined],
  ] as const)('of one %s', (_, grant, expected) => {
    expect(timeLeft(grant, now)).toBe(expected);
  });
});

describe('longestLeft', () => {
  it('is that of the grant in force that ends last', () => {
    expect(
      longestLeft(
        [
          { state: 'active', expiresAt: inDays(2) },
          { state: 'revoked', expiresAt: inDays(50) },
          { state: 'active', expiresAt: inDays(5) },
        ],
        now,
      ),
    ).toBe(432_000_000);
    expect(longestLeft([], now)).toBe(0);
  });
});

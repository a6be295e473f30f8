import { compareShares } from './compareShares';

const route = (v1: number) => [
  { subset: 'v1', host: 'p', weight: v1, share: v1 / 100 },
  {
    subset: 'canary',
    host: 'p',
    weight: 100 - v1,
    share: 1 - v1 / 100,
    labels: { version: 'v2' },
  },
];
const seen = (requestsPerSecond: number, v2: number) => ({
  requestsPerSecond,
  versions: [
    {
      version: 'v1',
      requestsPerSecond: requestsPerSecond * (1 - v2),
      share: 1 - v2,
    },
    { version: 'v2', requestsPerSecond: requestsPerSecond * v2, share: v2 },
  ],
});

describe('wanted against measured shares', () => {
  // 90/10 of 600 requests: deviation sqrt(0.09 / 600) = 0.0122, so up to 0.02 + 0.0367 = 0.0567 away is chance.
  it.each([
    ['as wanted', 90, 10, 0.1, 'follows'],
    ['within chance', 90, 10, 0.15, 'follows'],
    ['beyond chance', 90, 10, 0.16, 'differs'],
    // Of 30 requests the deviation is 0.0548: up to 0.184 away is chance.
    ['few requests need a wide margin', 90, 0.5, 0.27, 'follows'],
    ['few requests, far away', 90, 0.5, 0.3, 'differs'],
    ['none is wanted, and some are seen', 100, 10, 0.03, 'differs'],
    ['nothing was asked', 90, 0, 0, 'no-requests'],
  ])('%s', (_, v1, rate, share, verdict) => {
    expect(compareShares(route(v1), seen(rate, share)).verdict).toBe(verdict);
  });

  it('finds the version of a subset by its label', () => {
    expect(compareShares(route(90), seen(10, 0.1)).shares[1]).toEqual({
      subset: 'canary',
      weight: 10,
      wanted: expect.closeTo(0.1),
      measured: 0.1,
      requestsPerSecond: 1,
    });
  });

  it('does not make a zero of what was not measured', () => {
    const { verdict, shares } = compareShares(route(90));
    expect(verdict).toBe('not-measured');
    expect(shares[0]).not.toHaveProperty('measured');
  });
});

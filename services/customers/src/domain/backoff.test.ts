import { backoffSeconds } from './backoff.ts';

describe('backoffSeconds', () => {
  it.each([
    [0, 2],
    [1, 2],
    [2, 4],
    [3, 8],
    [9, 512],
    [10, 900],
    [1000, 900],
  ])('after %i attempts is %i', (attempts, seconds) => {
    expect(backoffSeconds(attempts)).toBe(seconds);
  });
});

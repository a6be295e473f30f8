import { findMetric } from './metricOf.ts';
import { seededRandom } from './random.ts';
import { needlesIn } from './searchEverything.ts';

describe('findMetric', () => {
  const text = `# HELP x y
http_client_breaker_state{dependency="a",service="s"} 1
http_client_breaker_state{dependency="b"} 0
up 1
`;

  it('reads a value by name and labels', () => {
    const name = 'http_client_breaker_state';
    expect(findMetric(text, name, { dependency: 'a' })).toBe(1);
    expect(findMetric(text, name, { dependency: 'b' })).toBe(0);
    expect(findMetric(text, name, { dependency: 'c' })).toBeUndefined();
    expect(findMetric(text, 'up')).toBe(1);
  });
});

describe('seededRandom', () => {
  it('gives the same numbers for the same seed, spread from 0 to 1', () => {
    const draw = (seed: number) => {
      const random = seededRandom(seed);
      return Array.from({ length: 1000 }, () => random());
    };
    const numbers = draw(4);
    expect(draw(4)).toEqual(numbers);
    expect(draw(5)).not.toEqual(numbers);
    expect(numbers.every(number => number >= 0 && number < 1)).toBe(true);
    const mean = numbers.reduce((sum, number) => sum + number) / 1000;
    expect(mean).toBeGreaterThan(0.45);
    expect(mean).toBeLessThan(0.55);
  });
});

describe('needlesIn', () => {
  it('finds a number however it is written in groups', () => {
    const needles = ['4242424242424242', '5555 5555 5555 4444'];
    expect(needlesIn('a 4242 4242-4242.4242 b', needles)).toEqual([0]);
    expect(needlesIn('{"n":"5555555555554444"}', needles)).toEqual([1]);
    expect(needlesIn('4242 4242 4242 4241', needles)).toEqual([]);
  });
});

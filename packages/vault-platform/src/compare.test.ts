import { isSame, lineDiff } from './compare';

describe('what the server has', () => {
  it.each<[string, Record<string, unknown>, Record<string, unknown>, boolean]>([
    ['lists and texts', { a: 'x,y' }, { a: ['x', 'y'], more: 1 }, true],
    ['another order', { a: 'x,y' }, { a: ['y', 'x'] }, false],
    [
      'another order of policies',
      { token_policies: 'x,y' },
      { token_policies: ['y', 'x'] },
      true,
    ],
    [
      'durations and seconds',
      { token_ttl: '1h', max: '24h' },
      { token_ttl: 3600, max: 86400 },
      true,
    ],
    ['another duration', { token_ttl: '1h' }, { token_ttl: 3601 }, false],
    ['numbers', { token_ttl: '3600' }, { token_ttl: 3600 }, true],
    ['flags', { on: true, off: false }, { on: true, off: false }, true],
    ['what is missing', { on: true }, {}, false],
    ['a policy to the letter', { policy: 'a\n' }, { policy: 'a' }, false],
    [
      'statements',
      { creation_statements: ['a', 'b'] },
      { creation_statements: ['a', 'b'] },
      true,
    ],
  ])('is compared: %s', (_, wanted, found, same) => {
    expect(isSame(wanted, found)).toBe(same);
  });

  it('is shown line by line', () => {
    expect(lineDiff('a\nb\n\nc', 'a\nc\nd')).toEqual(['- b', '+ d']);
  });
});

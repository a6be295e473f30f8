import fc from 'fast-check';
import { evaluateFlag, parseFlagFile, rolloutPosition } from './flagFile.ts';

describe('parseFlagFile', () => {
  it.each([
    ['[]', 'the top must be an object'],
    ['flags: 1', 'flags and rules must be objects'],
    ['flags: { a: 1 }\nrules: { b: [] }', 'rules.b: there is no flag'],
    ['flags: { a: 1 }\nrules: { a: {} }', 'rules.a: must be a list'],
    ['flags: { a: 1 }\nrules: { a: [{ when: {} }] }', 'must have a value'],
    [
      'flags: { a: 1 }\nrules: { a: [{ value: x }] }',
      'rules.a[0].value: must be of the type of the flag, number',
    ],
    [
      'flags: { a: 1 }\nrules: { a: [{ share: 2, value: 2 }] }',
      'rules.a[0].share: must be between 0 and 1',
    ],
    [
      'flags: { a: 1 }\nrules: { a: [{ if: {}, value: 2 }] }',
      'rules.a[0]: if is not known',
    ],
    ['flags: { a: 1, a: 2 }', 'Map keys must be unique'],
  ])('refuses %p and says where', (text, reason) => {
    expect(() => parseFlagFile(text)).toThrow(reason);
  });

  it('takes an empty file as no flags', () => {
    expect(parseFlagFile('').flags.size).toBe(0);
  });
});

describe('evaluateFlag', () => {
  const file = parseFlagFile(`
flags: { a: 0, plain: text }
rules:
  a:
    - { when: { environment: [staging, test], kind: guest }, value: 1 }
    - { share: 0.25, value: 2 }
`);

  it.each([
    ['a', { environment: 'staging', kind: 'guest' }, 1],
    ['a', { environment: 'staging' }, 0],
    ['a', {}, 0],
    ['plain', {}, 'text'],
    ['absent', {}, undefined],
  ])('%s for %p is %p', (flag, context, value) => {
    expect(evaluateFlag(file, flag, context)).toBe(value);
  });

  it('gives a share of the keys the new value, and the same keys each time', () => {
    const given = Array.from({ length: 4000 }, (_, index) =>
      evaluateFlag(file, 'a', { targetingKey: `customer:${index}` }),
    );
    const share = given.filter(value => value === 2).length / given.length;
    // Four standard deviations of a binomial share: sqrt(.25*.75/4000) * 4.
    expect(Math.abs(share - 0.25)).toBeLessThan(0.028);
  });

  it('places every key within [0, 1)', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (flag, key) => {
        const position = rolloutPosition(flag, key);
        expect(position).toBeGreaterThanOrEqual(0);
        expect(position).toBeLessThan(1);
      }),
    );
  });
});

import { testPolicy } from '../testing/requests';
import { overlaps, selectPolicy } from './selectPolicy';
import { ApprovalPolicy, PolicyScope } from './types';

const of = (name: string, appliesTo: PolicyScope): ApprovalPolicy =>
  testPolicy({ name, appliesTo });

const wide = of('wide', { types: ['a', 'b'] });
const risky = of('risky', { types: ['a'], risks: ['high'] });
const production = of('production', {
  types: ['a'],
  environments: ['production'],
});
const both = of('both', {
  types: ['a'],
  environments: ['production'],
  risks: ['high'],
});
const all = [wide, risky, production, both];

describe('the policy of a request', () => {
  it.each<[string, string | undefined, 'low' | 'high', string | undefined]>([
    ['a', undefined, 'low', 'wide'],
    ['a', undefined, 'high', 'risky'],
    ['a', 'staging', 'high', 'risky'],
    ['a', 'production', 'low', 'production'],
    ['a', 'production', 'high', 'both'],
    ['b', 'production', 'high', 'wide'],
    ['c', 'production', 'high', undefined],
  ])('%s in %s of risk %s is %s', (type, environment, risk, name) => {
    for (const policies of [all, [...all].reverse()]) {
      expect(
        selectPolicy(policies, { plugin: 'traffic', type, environment, risk })
          ?.name,
      ).toBe(name);
    }
  });

  it('is none of another plugin', () => {
    expect(
      selectPolicy(all, { plugin: 'secrets', type: 'a', risk: 'low' }),
    ).toBeUndefined();
  });

  it.each<[ApprovalPolicy, PolicyScope, boolean]>([
    [wide, { types: ['b', 'c'] }, true],
    [wide, { types: ['c'] }, false],
    [wide, { types: ['a'], risks: ['low'] }, false],
    [risky, { types: ['a'], risks: ['low', 'high'] }, true],
    [risky, { types: ['a'], risks: ['low'] }, false],
    [production, { types: ['a'], environments: ['staging'] }, false],
    [production, { types: ['a'], environments: ['production'] }, true],
  ])('is told apart from %#', (policy, scope, expected) => {
    const other = of('other', scope);
    expect(overlaps(policy, other)).toBe(expected);
    expect(overlaps(other, policy)).toBe(expected);
    expect(overlaps(policy, { ...other, plugin: 'secrets' })).toBe(false);
  });
});

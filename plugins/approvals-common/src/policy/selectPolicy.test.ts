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

const anywhere = of('anywhere', { types: ['s'] });
const flagged = of('flagged', { types: ['s'], production: true });
const flaggedRisk = of('flagged-risk', {
  types: ['s'],
  production: true,
  risks: ['high'],
});
const outside = of('outside', { types: ['s'], production: false });
const named = of('named', { types: ['s'], environments: ['canary'] });
const byFlag = [anywhere, flaggedRisk, flagged, outside, named];

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

  it.each<[string | undefined, boolean | undefined, 'low' | 'high', string]>([
    ['production', true, 'low', 'flagged'],
    ['europe', true, 'low', 'flagged'],
    ['europe', true, 'high', 'flagged-risk'],
    ['production', false, 'high', 'outside'],
    ['staging', false, 'low', 'outside'],
    // What nobody said is not taken for harmless.
    ['staging', undefined, 'low', 'flagged'],
    ['canary', true, 'high', 'named'],
    [undefined, undefined, 'high', 'anywhere'],
  ])(
    'in %s, whose flag of production is %s, of risk %s is %s',
    (environment, isProduction, level, name) => {
      for (const policies of [byFlag, [...byFlag].reverse()]) {
        expect(
          selectPolicy(policies, {
            plugin: 'traffic',
            type: 's',
            environment,
            production: isProduction,
            risk: level,
          })?.name,
        ).toBe(name);
      }
    },
  );

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
    [production, { types: ['a'], production: true }, false],
    [flagged, { types: ['s'], production: true }, true],
    [flagged, { types: ['s'], production: false }, false],
    [flagged, { types: ['s'], risks: ['high'] }, false],
    [flagged, { types: ['s'] }, false],
  ])('is told apart from %#', (policy, scope, expected) => {
    const other = of('other', scope);
    expect(overlaps(policy, other)).toBe(expected);
    expect(overlaps(other, policy)).toBe(expected);
    expect(overlaps(policy, { ...other, plugin: 'secrets' })).toBe(false);
  });
});

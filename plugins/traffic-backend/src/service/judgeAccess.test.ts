import { JudgeAccessOptions, judgeAccess } from './judgeAccess';

const open: JudgeAccessOptions = {
  permitted: true,
  entityRef: 'component:default/products',
  environment: 'production',
  rule: { name: 'production' },
  ownershipEntityRefs: ['user:default/ben', 'group:default/Merchandising-Team'],
  owner: 'group:default/merchandising-team',
};

describe('who may change a route', () => {
  it.each<[string, Partial<JudgeAccessOptions>, string | undefined]>([
    ['permitted, in an environment that is open', {}, undefined],
    ['not permitted by the policy', { permitted: false }, 'not-permitted'],
    [
      'in an environment that is not listed',
      { rule: undefined },
      'environment-closed',
    ],
    [
      'not in a group of the environment',
      { rule: { name: 'production', groups: ['group:default/platform-team'] } },
      'environment-group',
    ],
    [
      'in a group of the environment, whatever its case',
      {
        rule: {
          name: 'production',
          groups: ['group:default/merchandising-team'],
        },
      },
      undefined,
    ],
    [
      'on a route that is not understood',
      { refusal: { code: 'has-match', message: 'conditions' } },
      'route-not-editable',
    ],
    [
      'not permitted comes before everything else',
      { permitted: false, rule: undefined },
      'not-permitted',
    ],
  ])('%s', (_, change, code) => {
    const access = judgeAccess({ ...open, ...change });
    expect(access.code).toBe(code);
    expect(access.allowed).toBe(code === undefined);
  });
});

import { ConfigReader } from '@backstage/config';
import { Environment } from '@shopfloor/plugin-environments-common';
import { readTrafficConfig } from './config';

const environments = [
  { name: 'production', production: true, cluster: { name: 'main' } },
  { name: 'staging', production: false, cluster: { name: 'main' } },
] as Environment[];
const valid = {
  clusters: [{ name: 'main', token: 'secret' }],
  environments: [{ name: 'production', groups: ['group:default/A'] }],
  impersonation: { groups: ['platform-team'] },
};
const read = (change: object) =>
  readTrafficConfig(
    new ConfigReader({ traffic: { ...valid, ...change } }),
    environments,
  );

describe('configuration of traffic', () => {
  it('is read once', () => {
    const config = read({});
    expect(config.clusters.get('main')).toEqual({
      name: 'main',
      token: 'secret',
    });
    expect(config.environments.get('production')!.groups).toEqual([
      'group:default/a',
    ]);
  });

  it.each([
    ['production', undefined, 20],
    ['staging', undefined, undefined],
    ['production', 5.5, 5.5],
    ['staging', 0, 0],
    ['production', 'never', undefined],
  ])(
    'has large steps in %s ask (set to %p) above %p points',
    (name, approvalAbovePercent, expected) => {
      const { environments: changeable } = read({
        environments: [{ name, approvalAbovePercent }],
      });
      expect(changeable.get(name)!.approvalAbovePercent).toBe(expected);
    },
  );

  const GATE = { freeze: 'ask', unknown: 'ask', advisedStepPercent: 5 };

  it.each<[string, unknown, object | undefined]>([
    ['production', undefined, GATE],
    ['staging', undefined, undefined],
    ['production', 'never', undefined],
    ['staging', {}, GATE],
    ['production', { freeze: 'refuse' }, { ...GATE, freeze: 'refuse' }],
    [
      'production',
      { unknown: 'tell', advisedStepPercent: 2.5 },
      { ...GATE, unknown: 'tell', advisedStepPercent: 2.5 },
    ],
  ])(
    'has steps in %s follow the release gate (set to %p)',
    (name, releaseGate, expected) => {
      const { environments: changeable } = read({
        environments: [{ name, releaseGate }],
      });
      expect(changeable.get(name)!.releaseGate).toEqual(expected);
    },
  );

  it.each([
    ...[
      ['always', /releaseGate of 'production' must be never, or say/],
      [{ freeze: 'maybe' }, /freeze must be one of refuse, ask, tell/],
      [{ unkown: 'tell' }, /has no 'unkown'/],
      [{ advisedStepPercent: 0 }, /advisedStepPercent must be a number above/],
    ].map(
      ([releaseGate, message]) =>
        [
          `a release gate of ${JSON.stringify(releaseGate)}`,
          { environments: [{ name: 'production', releaseGate }] },
          message,
        ] as [string, object, RegExp],
    ),
    ...[-1, 101, 'often'].map(
      value =>
        [
          `steps above ${value} points that ask`,
          {
            environments: [{ name: 'production', approvalAbovePercent: value }],
          },
          /approvalAbovePercent of 'production' must be/,
        ] as [string, object, RegExp],
    ),
    ['a cluster without a token', { clusters: [{ name: 'main' }] }, /token/],
    [
      'an environment whose cluster is not there',
      { clusters: [] },
      /has no 'main'/,
    ],
    ['an unknown environment', { environments: [{ name: 'x' }] }, /'x'/],
    [
      "a group of Kubernetes's own",
      { impersonation: { groups: ['system:masters'] } },
      /'system:masters' is not the name of a group/,
    ],
    ['no list of groups', { impersonation: {} }, /impersonation.groups/],
  ])('stops the start with %s', (_, change, message) => {
    expect(() => read(change)).toThrow(message);
  });
});

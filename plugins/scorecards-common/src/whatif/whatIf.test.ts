import { CheckOutcome } from '@shopfloor/plugin-checks-common';
import { gradingFingerprint } from '../definition/gradingFingerprint';
import { same, testDefinition } from '../testing/definitions';
import { applyWhatIf, whatIf } from './whatIf';

const definition = testDefinition();

function entity(name: string, outcomes: Record<string, CheckOutcome>) {
  return {
    entityRef: `component:default/${name}`,
    outcomes: new Map(Object.entries(outcomes)),
    waived: new Set<string>(),
  };
}

describe('whatIf', () => {
  const entities = [
    entity('best', { a: 'pass', b: 'pass', c: 'pass', d: 'pass' }),
    entity('half', { a: 'pass', b: 'fail', c: 'pass', d: 'fail' }),
    entity('low', { a: 'fail', b: 'pass', c: 'fail', d: 'fail' }),
  ];
  const moversOf = (change: Parameters<typeof applyWhatIf>[1]) => {
    const { definition: changed, findings } = applyWhatIf(definition, change);
    expect(findings).toEqual([]);
    return whatIf({ definition, changed, entities }).movers.map(
      ({ entityRef, before, after }) => [
        entityRef.split('/')[1],
        before.rank,
        after.rank,
        before.state,
        after.state,
      ],
    );
  };

  it('moves nobody when nothing changes', () => {
    expect(moversOf({})).toEqual([]);
  });

  it('tells who loses a level by a higher threshold', () => {
    // Half has 3 of 4 of bronze, and silver on it.
    expect(moversOf({ thresholds: { bronze: 100 } })).toEqual([
      ['half', 2, 0, 'at-risk', 'at-risk'],
    ]);
  });

  it('tells who wins by a lower one, after those who lose', () => {
    // b alone, heavier, is half of bronze. Half has 5 of 12 in all then, less than the 50 % of at risk.
    expect(
      moversOf({ thresholds: { bronze: 50 }, checks: { b: { weight: 3 } } }),
    ).toEqual([
      ['half', 2, 2, 'at-risk', 'failing'],
      ['low', 0, 1, 'failing', 'failing'],
    ]);
  });

  it('tells who changes state by a check that is no longer asked for', () => {
    // Half: 5 of 6 without d and still short of gold, which asks for nothing more but c.
    expect(
      moversOf({
        checks: {
          d: { remove: true },
          c: { level: 'gold' },
          b: { level: 'silver' },
        },
      }),
    ).toEqual([['half', 2, 1, 'at-risk', 'ok']]);
  });

  it('says what a change would break', () => {
    const { findings } = applyWhatIf(definition, {
      thresholds: { platinum: 50 },
      checks: { d: { remove: true }, z: { weight: 2 } },
    });
    expect(findings.map(({ path }) => path.join('.'))).toEqual([
      'thresholds.platinum',
      'checks.z',
      'spec.levels.2.name',
    ]);
  });
});

describe('gradingFingerprint', () => {
  it('changes with what grades and with nothing else', () => {
    const of = (change: Parameters<typeof testDefinition>[0]) =>
      gradingFingerprint(testDefinition(change));
    const before = gradingFingerprint(definition);
    expect(
      of({ title: same('Other'), owner: 'group:default/x', draft: true }),
    ).toBe(before);
    expect(of({ checks: [...definition.checks].reverse() })).toBe(before);
    expect(of({ states: { ok: 81, atRisk: 50 } })).not.toBe(before);
    expect(of({ checks: definition.checks.slice(1) })).not.toBe(before);
  });
});

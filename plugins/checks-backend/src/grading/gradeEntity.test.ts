import { EvidenceType } from '@shopfloor/plugin-checks-node';
import fc from 'fast-check';
import { CompiledCheck } from '../definitions/compileCheck';
import { parseChecks } from '../definitions/parseChecks';
import { RuleLanguage } from '../rules/RuleLanguage';
import { checkYaml } from '../__testUtils__/checkYaml';
import { CurrentEvidence, gradeCheck, gradeEntity } from './gradeEntity';

const at = (minutes: number) =>
  new Date(Date.parse('2026-11-26T12:00:00Z') + minutes * 60_000);

describe('gradeEntity', () => {
  let check: CompiledCheck;

  beforeAll(async () => {
    const { checks } = parseChecks({
      // Good for an hour; reads two kinds of evidence.
      text: checkYaml({ pass: 'workload.replicas >= quota' }).replace(
        'alpha/workload }',
        'alpha/workload, quota: beta/quota }',
      ),
      file: 'a.yaml',
      types: new Map<string, EvidenceType>([
        ['alpha/workload', { object: { replicas: 'int' } }],
        ['beta/quota', 'int'],
      ]),
      language: await RuleLanguage.create(),
    });
    [check] = checks;
  });

  const workload = (
    replicas: unknown,
    observed = 0,
    staleAfter = 120,
  ): CurrentEvidence => ({
    id: 'w',
    value: { replicas } as never,
    observedAt: at(observed),
    staleAfter: at(staleAfter),
  });
  const quota = (value: number, observed = 0): CurrentEvidence => ({
    id: 'q',
    value,
    observedAt: at(observed),
    staleAfter: at(observed + 600),
  });
  const grade = (
    evidence: Record<string, CurrentEvidence>,
    collectors: Record<string, { failure?: string }> = { alpha: {}, beta: {} },
  ) =>
    gradeCheck(check, {
      evidence: new Map(Object.entries(evidence)),
      collectors: new Map(Object.entries(collectors)),
    });

  it.each([
    // Observed at 0 and -20, good for 60 by the check: until 40.
    ['pass', workload(2), quota(2, -20), -20, 40],
    // The collector's own time of the workload, 30, comes first.
    ['fail', workload(1, 0, 30), quota(2), 0, 30],
  ])(
    'gives %s until the first of its evidence is too old',
    (outcome, w, q, observed, stale) => {
      expect(grade({ 'alpha/workload': w, 'beta/quota': q })).toMatchObject({
        outcome,
        evidenceIds: ['w', 'q'],
        observedAt: at(observed),
        staleAfter: at(stale),
      });
    },
  );

  it.each([
    [
      'never looked at',
      { 'alpha/workload': workload(2) },
      {},
      'Nothing tells where to look for beta/quota',
    ],
    [
      'not yet looked at',
      { 'alpha/workload': workload(2) },
      { beta: {} },
      'beta/quota has not been collected yet',
    ],
    [
      'not reachable',
      { 'alpha/workload': workload(2) },
      { beta: { failure: 'down' } },
      'beta/quota could not be collected: down',
    ],
    [
      'known not to be known',
      {
        'alpha/workload': {
          ...workload(2),
          value: undefined,
          unknown: { en: 'Not deployed', zh: '未部署' },
        },
        'beta/quota': quota(1),
      },
      {},
      'Not deployed',
    ],
    [
      'of another type than it was',
      { 'alpha/workload': workload('two'), 'beta/quota': quota(1) },
      {},
      'The rule could not be worked out on what was found: workload.replicas must be a whole number',
    ],
  ])('is unknown when evidence is %s', (_, evidence, collectors, words) => {
    expect(grade(evidence as never, collectors)).toMatchObject({
      outcome: 'unknown',
      words: { en: words },
    });
  });

  it('grades only what a check applies to', () => {
    const input = {
      evidence: new Map(),
      collectors: new Map(),
    };
    const facets = (...values: string[]) => new Set(values);
    expect(
      gradeEntity([check], {
        ...input,
        facets: facets('kind=component', 'spec.type=service'),
      }),
    ).toHaveLength(1);
    expect(
      gradeEntity([check], { ...input, facets: facets('kind=component') }),
    ).toEqual([]);
  });

  it('passes only on complete evidence that meets the rule', () => {
    const maybe = <T>(arbitrary: fc.Arbitrary<T>) =>
      fc.option(arbitrary, { nil: undefined });
    fc.assert(
      fc.property(
        maybe(fc.integer({ min: 0, max: 4 })),
        maybe(fc.integer({ min: 0, max: 4 })),
        (replicas, wanted) => {
          const { outcome } = grade({
            ...(replicas !== undefined && {
              'alpha/workload': workload(replicas),
            }),
            ...(wanted !== undefined && { 'beta/quota': quota(wanted) }),
          });
          expect(outcome === 'pass').toBe(
            replicas !== undefined &&
              wanted !== undefined &&
              replicas >= wanted,
          );
          expect(outcome === 'unknown').toBe(
            replicas === undefined || wanted === undefined,
          );
        },
      ),
    );
  });
});

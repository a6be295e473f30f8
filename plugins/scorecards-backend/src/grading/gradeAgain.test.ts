import { parseScorecards } from '@shopfloor/plugin-scorecards-common';
import { READINESS } from '../__testUtils__/startScorecards';
import { StoredDefinition } from '../store/DefinitionStore';
import { gradeAgain } from './gradeAgain';

const {
  definitions: [{ definition }],
} = parseScorecards(READINESS, { file: 'readiness.yaml' });

const grade = (times: Record<string, string>) =>
  gradeAgain({
    scorecard: { definition, fingerprint: 'f' } as StoredDefinition,
    entityRef: 'component:default/cart',
    facets: new Set(),
    facts: Object.entries(times).map(([check, observedAt]) => ({
      check,
      outcome: 'pass' as const,
      observedAt,
    })),
    scopes: [],
    now: new Date('2026-11-26T12:00:00Z'),
  })?.grade.observedAt?.toISOString();

describe('when a grade was observed', () => {
  it('is when the oldest was of what its scorecard asks about', () => {
    expect(
      grade({
        readme: '2026-11-26T11:00:00Z',
        probes: '2026-11-26T10:00:00Z',
        'asked-elsewhere': '2026-11-26T08:00:00Z',
      }),
    ).toBe('2026-11-26T10:00:00.000Z');
  });

  it('is not known while nothing of it was', () => {
    expect(
      grade({ 'asked-elsewhere': '2026-11-26T08:00:00Z' }),
    ).toBeUndefined();
  });
});

import {
  actOnExclusion,
  exclusionAfterOutcome,
  ExclusionState,
} from './exclusions';

const STATES: ExclusionState[] = [
  'waiting',
  'excluded',
  'denied',
  'withdrawn',
  'removed',
  'expired',
];
const ada = 'user:default/ada';

describe('an exclusion of a past stretch', () => {
  it('is withdrawn while it waits, by who asked, and removed while it holds, by anybody', () => {
    const allowed = STATES.flatMap(state =>
      (['withdraw', 'remove'] as const).flatMap(act =>
        [ada, 'user:default/ben'].flatMap(by => {
          const result = actOnExclusion({
            exclusion: { state, requestedBy: ada },
            act,
            by,
          });
          return 'state' in result
            ? [`${state} ${act} ${by}: ${result.state}`]
            : [];
        }),
      ),
    );
    expect(allowed).toEqual([
      'waiting withdraw user:default/ada: withdrawn',
      'excluded remove user:default/ada: removed',
      'excluded remove user:default/ben: removed',
    ]);
  });

  it.each<[string, boolean, boolean, Record<string, string>]>([
    // Outcome, granted, objected, and the state after it by the state before.
    ['approved', true, false, { waiting: 'excluded' }],
    ['auto-approved', true, false, { waiting: 'excluded' }],
    ['broken-glass', true, false, { waiting: 'excluded' }],
    ['broken-glass', false, true, { waiting: 'denied', excluded: 'removed' }],
    ['denied', false, false, { waiting: 'denied' }],
    ['expired', false, false, { waiting: 'expired' }],
    ['withdrawn', false, false, { waiting: 'withdrawn' }],
    ['superseded', false, false, {}],
  ])(
    'after %s (granted %s, objected %s)',
    (outcome, granted, objected, after) => {
      expect(
        Object.fromEntries(
          STATES.flatMap(state => {
            const next = exclusionAfterOutcome({
              state,
              outcome: { outcome, granted, objected },
            });
            return next ? [[state, next]] : [];
          }),
        ),
      ).toEqual(after);
    },
  );
});

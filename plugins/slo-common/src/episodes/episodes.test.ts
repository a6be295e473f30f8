import fc from 'fast-check';
import { burnRowDefinitions } from '../math/burnRows';
import { ObjectiveResult } from '../math/evaluate';
import { Episode, QUIET_SECONDS, stepEpisode, troublesOf } from './episodes';

const [PAGE] = burnRowDefinitions(30 * 86_400);
const AT = 1_000_000_000_000;

function objective(budgetLeft: number | undefined, active = false) {
  return {
    target: 0.999,
    budgetLeft,
    burnRows: [{ ...PAGE, active, canFire: true }],
  } as ObjectiveResult;
}

describe('troublesOf', () => {
  it.each<[string, ObjectiveResult, string[]]>([
    ['all well', objective(0.5), []],
    ['a row burns', objective(0.5, true), ['burn']],
    ['no budget', objective(0), ['exhausted']],
    ['no figures', objective(undefined), []],
    ['both', objective(-1, true), ['exhausted', 'burn']],
  ])('sees %s', (_, result, expected) => {
    expect([...troublesOf([result])]).toEqual(expected);
  });
});

describe('stepEpisode', () => {
  const open: Episode = { kind: 'burn', openedAt: AT };
  const quiet = { ...open, quietSince: AT };
  it.each<[string, Episode | undefined, boolean, number, object]>([
    ['nothing', undefined, false, AT, { kind: 'none' }],
    ['it begins', undefined, true, AT, { kind: 'open' }],
    ['it goes on', open, true, AT, { kind: 'none' }],
    ['it looks well', open, false, AT, { kind: 'keep', quietSince: AT }],
    ['it comes back', quiet, true, AT + 1000, { kind: 'keep' }],
    [
      'it looks well for a while',
      quiet,
      false,
      AT + QUIET_SECONDS * 1000 - 1,
      { kind: 'none' },
    ],
    ['it is over', quiet, false, AT + QUIET_SECONDS * 1000, { kind: 'close' }],
  ])('knows when %s', (_, episode, troubled, at, expected) => {
    expect(stepEpisode({ episode, troubled, at })).toEqual(expected);
  });

  it('opens and closes in turn, whatever happens', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 200 }), rounds => {
        let episode: Episode | undefined;
        const told: string[] = [];
        rounds.forEach((troubled, round) => {
          const at = AT + round * 60_000;
          const step = stepEpisode({ episode, troubled, at });
          if (step.kind === 'open') {
            episode = { kind: 'burn', openedAt: at };
            told.push('open');
          } else if (step.kind === 'close') {
            episode = undefined;
            told.push('close');
          } else if (step.kind === 'keep') {
            episode = { ...episode!, quietSince: step.quietSince };
          }
        });
        told.forEach((each, index) =>
          expect(each).toBe(index % 2 === 0 ? 'open' : 'close'),
        );
        // Ten quiet rounds of a minute end every episode.
        const end = rounds.slice(-11);
        expect(
          end.length === 11 && end.every(troubled => !troubled) && episode,
        ).toBeFalsy();
      }),
    );
  });
});

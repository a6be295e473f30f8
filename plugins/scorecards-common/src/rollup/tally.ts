import { GRADE_STATES, GradeFigures, GradeState } from '../grading/types';

/** Figures of several grades of one scorecard, which add up. */
export interface Tally {
  /** Entities that are graded; those to whom nothing applies are not among them. */
  entities: number;
  /** Entities by rank; the first is rank 0, no level. */
  ranks: number[];
  states: Record<GradeState, number>;
  passed: number;
  unseen: number;
  asked: number;
}

/** A tally of nothing, for a scorecard with so many levels. */
export function emptyTally(levels: number): Tally {
  return {
    entities: 0,
    ranks: Array(levels + 1).fill(0),
    states: Object.fromEntries(GRADE_STATES.map(state => [state, 0])) as Record<
      GradeState,
      number
    >,
    passed: 0,
    unseen: 0,
    asked: 0,
  };
}

/** The tally of grades. Weights are summed before they are divided, and never is a score averaged. */
export function tallyOf(grades: Iterable<GradeFigures>, levels: number): Tally {
  const tally = emptyTally(levels);
  for (const figures of grades) {
    tally.states[figures.state] += 1;
    if (figures.state !== 'not-applicable') {
      tally.entities += 1;
      tally.ranks[figures.rank] += 1;
      tally.passed += figures.passed;
      tally.unseen += figures.unseen;
      tally.asked += figures.asked;
    }
  }
  return tally;
}

/** Two tallies of different entities together. */
export function addTallies(a: Tally, b: Tally): Tally {
  const length = Math.max(a.ranks.length, b.ranks.length);
  return {
    entities: a.entities + b.entities,
    ranks: Array.from(
      { length },
      (_, rank) => (a.ranks[rank] ?? 0) + (b.ranks[rank] ?? 0),
    ),
    states: Object.fromEntries(
      GRADE_STATES.map(state => [state, a.states[state] + b.states[state]]),
    ) as Record<GradeState, number>,
    passed: a.passed + b.passed,
    unseen: a.unseen + b.unseen,
    asked: a.asked + b.asked,
  };
}

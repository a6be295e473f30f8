import { CheckOutcome } from '@shopfloor/plugin-checks-common';
import { ScorecardCheck, ScorecardDefinition } from '../definition/types';
import { bandOf, reaches } from './bands';
import {
  Grade,
  GradedCategory,
  GradedCheck,
  GradedLevel,
  GradeFigures,
  GradeState,
  OutcomeCounts,
} from './types';

/** What {@link gradeEntity} grades with. */
export interface GradeEntityOptions {
  definition: ScorecardDefinition;
  /** Outcome by check; one that is not there is unknown. */
  outcomes: ReadonlyMap<string, CheckOutcome>;
  /** Checks that a waiver in force lets be. */
  waived?: ReadonlySet<string>;
}

interface Asked {
  check: ScorecardCheck;
  outcome: 'pass' | 'fail' | 'unknown' | 'stale';
}

const NOTHING_WAIVED: ReadonlySet<string> = new Set();

/**
 * Grades an entity from the outcomes of checks.
 *
 * - score = weight of what passes / weight of what is asked; not-applicable checks are not asked
 * - a level is reached when the ones below are and its own checks pass with at least its threshold of their weight
 * - unknown and stale are asked and do not pass; the `possible` figures say what they could still change
 * - a waiver takes a check that does not pass out of what is asked
 */
export function gradeEntity(options: GradeEntityOptions): Grade {
  const { definition, outcomes, waived = NOTHING_WAIVED } = options;
  const counts: OutcomeCounts = {
    pass: 0,
    fail: 0,
    unknown: 0,
    stale: 0,
    'not-applicable': 0,
    waived: 0,
  };
  const all: Asked[] = [];
  const kept: Asked[] = [];
  const checks = definition.checks.map((check): GradedCheck => {
    const outcome = outcomes.get(check.check) ?? 'unknown';
    counts[outcome] += 1;
    if (outcome === 'not-applicable') {
      return { check: check.check, outcome, waived: false };
    }
    const isWaived = outcome !== 'pass' && waived.has(check.check);
    all.push({ check, outcome });
    if (isWaived) {
      counts.waived += 1;
    } else {
      kept.push({ check, outcome });
    }
    return { check: check.check, outcome, waived: isWaived };
  });
  const levels = gradeLevels(definition, kept);
  const applies = all.length > 0;
  const figures = figuresOf({ definition, asked: kept, levels, applies });
  return {
    figures,
    withoutWaivers:
      counts.waived === 0
        ? figures
        : figuresOf({
            definition,
            asked: all,
            levels: gradeLevels(definition, all),
            applies,
          }),
    counts,
    levels,
    categories: gradeCategories(definition, kept),
    checks,
  };
}

function gradeLevels(
  definition: ScorecardDefinition,
  asked: Asked[],
): GradedLevel[] {
  let below = true;
  let possibleBelow = true;
  return definition.levels.map(({ name, threshold }) => {
    const own = sum(asked.filter(({ check }) => check.level === name));
    below = below && reaches(own, threshold);
    possibleBelow =
      possibleBelow &&
      reaches({ passed: own.passed + own.unseen, asked: own.asked }, threshold);
    return {
      level: name,
      reached: below,
      possible: possibleBelow,
      passed: own.passed,
      asked: own.asked,
      threshold,
    };
  });
}

function gradeCategories(
  definition: ScorecardDefinition,
  asked: Asked[],
): GradedCategory[] {
  return definition.categories.map(({ name }) => ({
    category: name,
    ...sum(asked.filter(({ check }) => check.category === name)),
  }));
}

function figuresOf(options: {
  definition: ScorecardDefinition;
  asked: Asked[];
  levels: GradedLevel[];
  /** Some check applies, be it waived. */
  applies: boolean;
}): GradeFigures {
  const { definition, asked, levels, applies } = options;
  const weights = sum(asked);
  if (!applies) {
    return {
      rank: 0,
      possibleRank: 0,
      ...weights,
      state: 'not-applicable',
    };
  }
  const rank = (reached: (level: GradedLevel) => boolean) =>
    levels.filter(reached).length;
  return {
    rank: rank(level => level.reached),
    possibleRank: rank(level => level.possible),
    ...weights,
    state: stateOf(definition, asked, weights),
  };
}

/** A state is told only when what is unknown or stale cannot change it. */
function stateOf(
  definition: ScorecardDefinition,
  asked: Asked[],
  weights: { passed: number; unseen: number; asked: number },
): GradeState {
  const { passed, unseen } = weights;
  const surely = bandOf(weights, definition.states);
  const possibly = bandOf(
    { passed: passed + unseen, asked: weights.asked },
    definition.states,
  );
  if (surely !== undefined && surely === possibly) {
    return surely;
  }
  return asked.some(({ outcome }) => outcome === 'unknown') ||
    surely === undefined
    ? 'unknown'
    : 'stale';
}

function sum(asked: Asked[]): {
  passed: number;
  unseen: number;
  asked: number;
} {
  const sums = { passed: 0, unseen: 0, asked: 0 };
  for (const { check, outcome } of asked) {
    sums.asked += check.weight;
    if (outcome === 'pass') {
      sums.passed += check.weight;
    } else if (outcome !== 'fail') {
      sums.unseen += check.weight;
    }
  }
  return sums;
}

/** Share of the asked weight that passed, 0 to 1; `undefined` where nothing is asked. */
export function scoreOf(
  figures: Pick<GradeFigures, 'passed' | 'asked'>,
): number | undefined {
  return figures.asked === 0 ? undefined : figures.passed / figures.asked;
}

/** The score if all that is unknown or stale passed. */
export function possibleScoreOf(
  figures: Pick<GradeFigures, 'passed' | 'unseen' | 'asked'>,
): number | undefined {
  return figures.asked === 0
    ? undefined
    : (figures.passed + figures.unseen) / figures.asked;
}

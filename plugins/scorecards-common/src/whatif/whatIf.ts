import { CheckOutcome } from '@shopfloor/plugin-checks-common';
import {
  DefinitionFinding,
  validateDefinition,
} from '../definition/validateDefinition';
import { ScorecardDefinition, StateThresholds } from '../definition/types';
import { gradeEntity } from '../grading/gradeEntity';
import { GradeFigures } from '../grading/types';
import { Tally, tallyOf } from '../rollup/tally';

/** A change of a scorecard that is only tried. */
export interface WhatIfChange {
  /** Threshold in whole percent by level. */
  thresholds?: Record<string, number>;
  states?: StateThresholds;
  /** By check; `remove` stops asking for it. */
  checks?: Record<
    string,
    { level?: string; weight?: number; remove?: boolean }
  >;
}

/** An entity whose level or state would be another one. */
export interface Mover {
  entityRef: string;
  before: GradeFigures;
  after: GradeFigures;
}

/** Who would move. */
export interface WhatIfResult {
  before: Tally;
  after: Tally;
  /** Those who lose most first. */
  movers: Mover[];
}

/** An entity with what is known of it. */
export interface WhatIfEntity {
  entityRef: string;
  outcomes: ReadonlyMap<string, CheckOutcome>;
  waived: ReadonlySet<string>;
}

/** The changed definition, and what would be wrong with it. */
export function applyWhatIf(
  definition: ScorecardDefinition,
  change: WhatIfChange,
): { definition: ScorecardDefinition; findings: DefinitionFinding[] } {
  const { thresholds = {}, checks = {}, states } = change;
  const findings: DefinitionFinding[] = [];
  for (const level of Object.keys(thresholds)) {
    if (!definition.levels.some(({ name }) => name === level)) {
      findings.push({
        path: ['thresholds', level],
        message: `There is no level "${level}"`,
      });
    }
  }
  for (const check of Object.keys(checks)) {
    if (!definition.checks.some(other => other.check === check)) {
      findings.push({
        path: ['checks', check],
        message: `The scorecard does not ask for "${check}"`,
      });
    }
  }
  const changed: ScorecardDefinition = {
    ...definition,
    states: states ?? definition.states,
    levels: definition.levels.map(level => ({
      ...level,
      threshold: ownValue(thresholds, level.name) ?? level.threshold,
    })),
    checks: definition.checks.flatMap(check => {
      const { remove, level, weight } = ownValue(checks, check.check) ?? {};
      return remove
        ? []
        : [
            {
              ...check,
              level: level ?? check.level,
              weight: weight ?? check.weight,
            },
          ];
    }),
  };
  return {
    definition: changed,
    findings: [...findings, ...validateDefinition(changed)],
  };
}

/** Grades every entity with both definitions. */
export function whatIf(options: {
  definition: ScorecardDefinition;
  changed: ScorecardDefinition;
  entities: WhatIfEntity[];
}): WhatIfResult {
  const { definition, changed, entities } = options;
  const graded = entities.map(({ entityRef, outcomes, waived }) => ({
    entityRef,
    before: gradeEntity({ definition, outcomes, waived }).figures,
    after: gradeEntity({ definition: changed, outcomes, waived }).figures,
  }));
  const levels = definition.levels.length;
  return {
    before: tallyOf(
      graded.map(({ before }) => before),
      levels,
    ),
    after: tallyOf(
      graded.map(({ after }) => after),
      levels,
    ),
    movers: graded
      .filter(
        ({ before, after }) =>
          before.rank !== after.rank || before.state !== after.state,
      )
      .sort(
        (a, b) =>
          a.after.rank - a.before.rank - (b.after.rank - b.before.rank) ||
          a.entityRef.localeCompare(b.entityRef, 'en-US'),
      ),
  };
}

function ownValue<T>(record: Record<string, T>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

import {
  GradeSummary,
  levelOfRank,
  scoreOf,
  ScorecardDefinition,
} from '@shopfloor/plugin-scorecards-common';

/** Grades as CSV (RFC 4180), one row per entity and one column per check. */
export function gradesAsCsv(
  definition: ScorecardDefinition,
  grades: GradeSummary[],
): string {
  const header = [
    'entity',
    'owner',
    'system',
    'domain',
    'level',
    'score',
    'state',
    'score_without_waivers',
    'observed_at',
    ...definition.checks.map(({ check }) => check),
  ];
  const rows = grades.map(grade => {
    const outcomes = new Map(
      grade.checks.map(({ check, outcome, waived }) => [
        check,
        waived ? `${outcome} (waived)` : outcome,
      ]),
    );
    return [
      grade.entityRef,
      grade.owner,
      grade.system,
      grade.domain,
      levelOfRank(definition, grade.figures.rank),
      share(scoreOf(grade.figures)),
      grade.figures.state,
      share(scoreOf(grade.withoutWaivers)),
      grade.observedAt,
      ...definition.checks.map(({ check }) => outcomes.get(check)),
    ];
  });
  return [header, ...rows]
    .map(row => `${row.map(cell => escapeCell(cell ?? '')).join(',')}\r\n`)
    .join('');
}

function share(score: number | undefined): string {
  return score === undefined ? '' : score.toFixed(4);
}

/** Spreadsheets take what begins so for a formula. */
const FORMULA = /^[=+\-@\t\r]/;

function escapeCell(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}

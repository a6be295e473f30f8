import { isDeepStrictEqual } from 'node:util';
import { outcomeAt } from '@shopfloor/plugin-checks-common';
import {
  compareGrades,
  gradeEntity,
  nextLastKnown,
} from '@shopfloor/plugin-scorecards-common';
import { matchesFilter } from '@shopfloor/plugin-entity-access-node';
import { regressionAnnouncement } from '../announce/announcements';
import { CheckFact, CheckScope } from '../facts/CheckFacts';
import { StoredDefinition } from '../store/DefinitionStore';
import { StoredCheck, StoredGrade } from '../store/gradeRow';
import { GradeChangeToSave } from '../store/GradeStore';

/** What {@link gradeAgain} grades with. */
export interface GradeAgainOptions {
  scorecard: StoredDefinition;
  entityRef: string;
  /** Whom to tell of a regression. */
  owner?: string;
  facets: ReadonlySet<string>;
  before?: StoredGrade;
  /** Absent: those of the grade before count. */
  facts?: CheckFact[];
  scopes: CheckScope[];
  waived?: ReadonlySet<string>;
  now: Date;
}

/**
 * The grade of an entity as of now.
 *
 * @returns `undefined` when nothing of it is another than before
 */
export function gradeAgain(
  options: GradeAgainOptions,
): GradeChangeToSave | undefined {
  const { scorecard, entityRef, owner, before, now, waived } = options;
  const { definition, fingerprint } = scorecard;
  const checks = storedChecks(options);
  const outcomes = new Map(
    checks.map(({ check, outcome, staleAfter }) => [
      check,
      outcomeAt({ outcome, staleAfter }, now.getTime()),
    ]),
  );
  const graded = gradeEntity({ definition, outcomes, waived });
  const stored = checks.map((check, index) => ({
    ...check,
    waived: graded.checks[index].waived,
  }));
  const observed = observedAt(options);
  const changed =
    !before ||
    before.fingerprint !== fingerprint ||
    !isDeepStrictEqual(before.figures, graded.figures) ||
    !isDeepStrictEqual(before.withoutWaivers, graded.withoutWaivers) ||
    !isDeepStrictEqual(withoutTimes(before.checks), withoutTimes(stored));
  if (
    !changed &&
    isDeepStrictEqual(before.checks, stored) &&
    before.observedAt?.getTime() === observed?.getTime()
  ) {
    return undefined;
  }
  const grade: StoredGrade = {
    scorecard: definition.name,
    entityRef,
    version: before?.version ?? 0,
    fingerprint,
    figures: graded.figures,
    withoutWaivers: graded.withoutWaivers,
    checks: stored,
    lastKnown: nextLastKnown(before?.lastKnown ?? {}, graded.checks),
    ...(observed && { observedAt: observed }),
    gradedAt: now,
    since: changed ? now : before.since,
  };
  const change = compareGrades({
    before: before && {
      fingerprint: before.fingerprint,
      rank: before.figures.rank,
      lastKnown: before.lastKnown,
    },
    after: graded,
    fingerprint,
  });
  const announcement =
    change && change.lost.length > 0 && owner && !definition.draft
      ? regressionAnnouncement({
          definition,
          grade,
          change,
          owner,
        })
      : undefined;
  return { grade, changed, ...(announcement && { announcement }) };
}

/** One per check of the scorecard, in its order. */
function storedChecks(options: GradeAgainOptions): StoredCheck[] {
  const { scorecard, facets, before, facts, scopes } = options;
  const known = new Map<string, CheckFact | StoredCheck>(
    (facts ?? before?.checks ?? []).map(fact => [fact.check, fact]),
  );
  const scopeOf = new Map(scopes.map(scope => [scope.name, scope]));
  return scorecard.definition.checks.map(({ check }): StoredCheck => {
    const fact = known.get(check);
    if (fact) {
      const { outcome, staleAfter } = fact;
      return {
        check,
        outcome,
        waived: false,
        ...(staleAfter && { staleAfter }),
      };
    }
    const scope = scopeOf.get(check);
    // A check without a result is not about this entity, or was not looked at yet, or is not there at all.
    const foreign = scope && !matchesFilter(facets, scope.appliesTo);
    return {
      check,
      outcome: foreign ? 'not-applicable' : 'unknown',
      waived: false,
    };
  });
}

/** When the oldest was observed of what the scorecard asks about. */
function observedAt(options: GradeAgainOptions): Date | undefined {
  const { scorecard, facts, before } = options;
  if (!facts) {
    return before?.observedAt;
  }
  const asked = new Set(scorecard.definition.checks.map(({ check }) => check));
  const times = facts.flatMap(({ check, observedAt: at }) =>
    at && asked.has(check) ? Date.parse(at) : [],
  );
  return times.length > 0 ? new Date(Math.min(...times)) : undefined;
}

function withoutTimes(checks: StoredCheck[]) {
  return checks.map(({ check, outcome, waived }) => ({
    check,
    outcome,
    waived,
  }));
}

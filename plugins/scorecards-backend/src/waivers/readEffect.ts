import { DefinitionStore } from '../store/DefinitionStore';
import { checksAt } from '../store/gradeRow';
import { GradeStore } from '../store/GradeStore';
import { StoredWaiver } from '../store/WaiverStore';
import { effectOf, WaiverEffect } from './waiverSubject';

/** Reads what waivers do from the grades as of now; `undefined` where there is no grade. */
export function readEffect(options: {
  definitions: DefinitionStore;
  grades: GradeStore;
  now: () => Date;
}): (waiver: StoredWaiver) => Promise<WaiverEffect | undefined> {
  const { definitions, grades, now } = options;
  return async ({ scorecard, entityRef, check }) => {
    const [stored, graded] = await Promise.all([
      definitions.list(),
      grades.ofEntities([entityRef]),
    ]);
    const definition = stored.find(
      each => each.definition.name === scorecard,
    )?.definition;
    const grade = graded.find(each => each.scorecard === scorecard);
    return (
      definition &&
      grade &&
      effectOf({ definition, checks: checksAt(grade.checks, now()), check })
    );
  };
}

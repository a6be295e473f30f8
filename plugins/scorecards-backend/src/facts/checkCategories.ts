import { CheckScope } from './CheckFacts';

/** Category by check. One that was read before categories were kept has none until the next round of grading. */
export function checkCategories(checks: CheckScope[]): Map<string, string> {
  return new Map(
    checks.flatMap(({ name, category }) =>
      category ? [[name, category] as const] : [],
    ),
  );
}

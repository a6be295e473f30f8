import {
  CHECK_CATEGORIES,
  RESOURCE_TYPE_CHECK_RESULT,
} from '@shopfloor/plugin-checks-common';
import {
  PermissionCondition,
  PermissionCriteria,
} from '@backstage/plugin-permission-common';
import {
  AccessCriteria,
  FacetQuery,
  lower,
  meetsCriteria,
  NOTHING,
} from '@shopfloor/plugin-entity-access-node';
import { z } from 'zod';

/** What a condition on `checks.result.read` asks; any one of the values suffices. */
type ResultQuery = FacetQuery | { checks: string[] } | { categories: string[] };

/** Which results a person may see. */
export type ResultCriteria = AccessCriteria<ResultQuery>;

const claims = (facet: string, key: string) =>
  z.object({ [key]: z.array(z.string()) }).transform((params): ResultQuery => ({
    facets: (params[key] as string[]).map(each => `${facet}=${lower(each)}`),
  }));

/** The rules of the plugin `checks`. */
const rules: Record<string, z.ZodType<ResultQuery>> = {
  IS_ENTITY_OWNER: claims('relations.ownedby', 'claims'),
  IS_ENTITY_KIND: claims('kind', 'kinds'),
  IS_IN_SYSTEM: claims('relations.partof', 'systems'),
  IS_CHECK: z.object({ checks: z.array(z.string()) }),
  HAS_CATEGORY: z.object({ categories: z.array(z.enum(CHECK_CATEGORIES)) }),
};

/**
 * Conditions of the plugin `checks` as criteria. Fails closed: with a rule that is not one of its own, or parameters that it
 * would not take, nothing matches, and neither does the negation of such a rule.
 */
export function resultCriteria(
  conditions: PermissionCriteria<PermissionCondition>,
): ResultCriteria {
  try {
    return translate(conditions);
  } catch {
    return NOTHING;
  }
}

function translate(
  conditions: PermissionCriteria<PermissionCondition>,
): ResultCriteria {
  if ('allOf' in conditions) {
    return { allOf: conditions.allOf.map(translate) as never };
  }
  if ('anyOf' in conditions) {
    return { anyOf: conditions.anyOf.map(translate) as never };
  }
  if ('not' in conditions) {
    return { not: translate(conditions.not) };
  }
  const { rule, resourceType, params } = conditions;
  if (
    resourceType !== RESOURCE_TYPE_CHECK_RESULT ||
    !Object.hasOwn(rules, rule)
  ) {
    throw new Error(`The rule ${rule} is not known`);
  }
  return rules[rule].parse(params);
}

/** What {@link CheckSight} is made from. */
export interface CheckSightOptions {
  criteria: ResultCriteria;
  /** Category by check, of those that the check engine knows. */
  categories: ReadonlyMap<string, string>;
}

/** Says which results a person sees who does not see all of them. */
export class CheckSight {
  readonly #options: CheckSightOptions;

  static create(options: CheckSightOptions): CheckSight {
    return new CheckSight(options);
  }

  private constructor(options: CheckSightOptions) {
    this.#options = options;
  }

  /**
   * Whether the person sees a check of an entity. One whose category is not known is seen by nobody here, since a condition
   * may ask for it.
   *
   * @param facets - of the entity
   */
  sees(facets: ReadonlySet<string>, check: string): boolean {
    const { criteria, categories } = this.#options;
    const category = categories.get(check);
    return (
      category !== undefined &&
      meetsCriteria<ResultQuery>(criteria, query => {
        if ('facets' in query) {
          return query.facets.some(facet => facets.has(facet));
        }
        return 'checks' in query
          ? query.checks.includes(check)
          : query.categories.includes(category);
      })
    );
  }
}

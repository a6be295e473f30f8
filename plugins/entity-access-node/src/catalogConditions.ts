import {
  PermissionCondition,
  PermissionCriteria,
} from '@backstage/plugin-permission-common';
import { z } from 'zod';
import { FacetQuery, NOTHING } from './criteria';
import { lower } from './facets';

const keyed = (key: string, field: string) =>
  z
    .object({ [key]: z.string(), value: z.string().optional() })
    .transform(params => {
      const path = `${field}.${params[key]}`;
      return [params.value === undefined ? path : `${path}=${params.value}`];
    });

/** The catalog's rules as facets of which one must be there. */
const rules: Record<string, z.ZodType<string[]>> = {
  HAS_ANNOTATION: keyed('annotation', 'metadata.annotations'),
  HAS_LABEL: keyed('label', 'metadata.labels'),
  HAS_METADATA: keyed('key', 'metadata'),
  HAS_SPEC: keyed('key', 'spec'),
  IS_ENTITY_KIND: z
    .object({ kinds: z.array(z.string()) })
    .transform(({ kinds }) => kinds.map(kind => `kind=${kind}`)),
  IS_ENTITY_OWNER: z
    .object({ claims: z.array(z.string()) })
    .transform(({ claims }) =>
      claims.map(claim => `relations.ownedby=${claim}`),
    ),
};

/**
 * The catalog's conditions on entities as criteria on a plugin's copy of them, so that lists are decided in its database.
 *
 * Fails closed: with a rule that is not the catalog's own, or parameters that it would not take, nothing matches, and neither
 * does the negation of such a rule.
 */
export function catalogConditions(
  conditions: PermissionCriteria<PermissionCondition>,
): PermissionCriteria<FacetQuery> {
  try {
    return translate(conditions);
  } catch {
    return NOTHING;
  }
}

function translate(
  conditions: PermissionCriteria<PermissionCondition>,
): PermissionCriteria<FacetQuery> {
  if ('allOf' in conditions) {
    return { allOf: conditions.allOf.map(translate) as never };
  }
  if ('anyOf' in conditions) {
    return { anyOf: conditions.anyOf.map(translate) as never };
  }
  if ('not' in conditions) {
    return { not: translate(conditions.not) };
  }
  const rule = Object.hasOwn(rules, conditions.rule)
    ? rules[conditions.rule]
    : undefined;
  if (!rule || conditions.resourceType !== 'catalog-entity') {
    throw new Error(`No rule of the catalog: ${conditions.rule}`);
  }
  return { facets: rule.parse(conditions.params).map(lower) };
}

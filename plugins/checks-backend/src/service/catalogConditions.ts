import {
  PermissionCondition,
  PermissionCriteria,
} from '@backstage/plugin-permission-common';
import { z } from 'zod';
import { ResultCriteria } from './criteria';

/** Matches nothing. */
const NONE: ResultCriteria = { checks: [] };

const value = z.string().optional();
const keyed = z.object({ key: z.string(), value });
const parameters = {
  HAS_ANNOTATION: z.object({ annotation: z.string(), value }),
  HAS_LABEL: z.object({ label: z.string(), value }),
  HAS_METADATA: keyed,
  HAS_SPEC: keyed,
  IS_ENTITY_KIND: z.object({ kinds: z.array(z.string()) }),
  IS_ENTITY_OWNER: z.object({ claims: z.array(z.string()) }),
};

/**
 * The catalog's conditions on entities as criteria on our copy of them, so that lists are decided in our database.
 *
 * Fails closed: a rule that is not the catalog's own, or parameters that it would not take, match nothing, and neither does the
 * negation of such a rule.
 */
export function catalogConditions(
  conditions: PermissionCriteria<PermissionCondition>,
): ResultCriteria {
  return understood(conditions) ? translate(conditions) : NONE;
}

function understood(
  conditions: PermissionCriteria<PermissionCondition>,
): boolean {
  if ('allOf' in conditions) return conditions.allOf.every(understood);
  if ('anyOf' in conditions) return conditions.anyOf.every(understood);
  if ('not' in conditions) return understood(conditions.not);
  const schema = parameters[conditions.rule as keyof typeof parameters];
  return (
    conditions.resourceType === 'catalog-entity' &&
    schema !== undefined &&
    schema.safeParse(conditions.params).success
  );
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
  const params = conditions.params as any;
  const field = (name: string): ResultCriteria => ({
    facets: [
      lower(params.value === undefined ? name : `${name}=${params.value}`),
    ],
  });
  switch (conditions.rule) {
    case 'HAS_ANNOTATION':
      return field(`metadata.annotations.${params.annotation}`);
    case 'HAS_LABEL':
      return field(`metadata.labels.${params.label}`);
    case 'HAS_METADATA':
      return field(`metadata.${params.key}`);
    case 'HAS_SPEC':
      return field(`spec.${params.key}`);
    case 'IS_ENTITY_KIND':
      return {
        facets: params.kinds.map((kind: string) => lower(`kind=${kind}`)),
      };
    default:
      return {
        facets: params.claims.map((claim: string) =>
          lower(`relations.ownedby=${claim}`),
        ),
      };
  }
}

function lower(text: string): string {
  return text.toLocaleLowerCase('en-US');
}

import {
  AuthorizeResult,
  isResourcePermission,
  Permission,
  PermissionCondition,
  PermissionCriteria,
  PolicyDecision,
} from '@backstage/plugin-permission-common';
import { z } from 'zod';

type Criteria = PermissionCriteria<PermissionCondition>;

const conditionSchema = z.strictObject({
  rule: z.string().min(1),
  resourceType: z.string().min(1),
  params: z.record(z.string(), z.any()).optional(),
});
const criteriaSchema: z.ZodType<Criteria> = z.lazy(() =>
  z.union([
    z.strictObject({ anyOf: z.tuple([criteriaSchema], criteriaSchema) }),
    z.strictObject({ allOf: z.tuple([criteriaSchema], criteriaSchema) }),
    z.strictObject({ not: criteriaSchema }),
    conditionSchema,
  ]),
);
const decisionSchema = z.discriminatedUnion('result', [
  z.strictObject({ result: z.literal(AuthorizeResult.ALLOW) }),
  z.strictObject({ result: z.literal(AuthorizeResult.DENY) }),
  z.strictObject({
    result: z.literal(AuthorizeResult.CONDITIONAL),
    pluginId: z.string().min(1),
    resourceType: z.string().min(1),
    conditions: criteriaSchema,
  }),
]);
const resultsSchema = z.tuple([z.strictObject({ result: decisionSchema })]);

/**
 * Turns what the policy answered into a decision.
 *
 * @param results - the raw results of the evaluation
 * @param permission - what was asked
 * @throws Error that says what is wrong, for everything but exactly one valid decision: the caller denies
 * @public
 */
export function readDecision(
  results: unknown,
  permission: Permission,
): PolicyDecision {
  if (Array.isArray(results) && results.length !== 1) {
    throw new Error(
      results.length === 0
        ? 'the policy is undefined for it'
        : `the policy gives ${results.length} decisions`,
    );
  }
  const parsed = resultsSchema.safeParse(results);
  if (!parsed.success) {
    throw new Error(
      `the policy's decision is malformed: ${z.prettifyError(parsed.error)}`,
    );
  }
  const decision = parsed.data[0].result;
  if (decision.result !== AuthorizeResult.CONDITIONAL) {
    return decision;
  }
  if (!isResourcePermission(permission)) {
    throw new Error(
      'the policy gives conditions for a permission without a resource',
    );
  }
  const types = new Set([
    decision.resourceType,
    ...resourceTypes(decision.conditions),
  ]);
  if (types.size !== 1 || !types.has(permission.resourceType)) {
    throw new Error(
      `the policy gives conditions on ${[...types].join(', ')} for a ${
        permission.resourceType
      }`,
    );
  }
  return decision;
}

function resourceTypes(criteria: Criteria): string[] {
  if ('anyOf' in criteria) return criteria.anyOf.flatMap(resourceTypes);
  if ('allOf' in criteria) return criteria.allOf.flatMap(resourceTypes);
  if ('not' in criteria) return resourceTypes(criteria.not);
  return [criteria.resourceType];
}

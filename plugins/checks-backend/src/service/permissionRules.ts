import {
  createPermissionResourceRef,
  createPermissionRule,
} from '@backstage/plugin-permission-node';
import {
  CHECK_CATEGORIES,
  RESOURCE_TYPE_CHECK_RESULT,
} from '@shopfloor/plugin-checks-common';
import { z } from 'zod';
import { ConditionSubject, meets, ResultQuery } from './criteria';

/** Results as a resource of permissions. */
export const checkResultResourceRef = createPermissionResourceRef<
  ConditionSubject,
  ResultQuery
>().with({ pluginId: 'checks', resourceType: RESOURCE_TYPE_CHECK_RESULT });

const lower = (values: string[]) =>
  values.map(value => value.toLocaleLowerCase('en-US'));

/** A rule whose two sides come from one query, so that they cannot differ. */
function rule<T extends Record<string, unknown>>(options: {
  name: string;
  description: string;
  paramsSchema: z.ZodType<T>;
  query: (params: T) => ResultQuery;
}) {
  const { name, description, paramsSchema, query } = options;
  return createPermissionRule({
    name,
    description,
    resourceRef: checkResultResourceRef,
    paramsSchema: paramsSchema as never,
    apply: (subject: ConditionSubject, params: unknown) =>
      meets(subject, query(params as T)),
    toQuery: (params: unknown) => query(params as T),
  } as never) as ReturnType<typeof createPermissionRule>;
}

/** Conditions that a policy may put on results. */
export const checkResultRules = [
  rule({
    name: 'IS_ENTITY_OWNER',
    description: 'Allow results of entities that one of the claims owns',
    paramsSchema: z.object({
      claims: z.array(z.string()).describe('Entity refs of users and groups'),
    }),
    query: ({ claims }) => ({
      facets: lower(claims).map(claim => `relations.ownedby=${claim}`),
    }),
  }),
  rule({
    name: 'IS_ENTITY_KIND',
    description: 'Allow results of entities of these kinds',
    paramsSchema: z.object({ kinds: z.array(z.string()) }),
    query: ({ kinds }) => ({
      facets: lower(kinds).map(kind => `kind=${kind}`),
    }),
  }),
  rule({
    name: 'IS_IN_SYSTEM',
    description: 'Allow results of entities that are part of these systems',
    paramsSchema: z.object({
      systems: z.array(z.string()).describe('Entity refs of systems'),
    }),
    query: ({ systems }) => ({
      facets: lower(systems).map(system => `relations.partof=${system}`),
    }),
  }),
  rule({
    name: 'IS_CHECK',
    description: 'Allow results of these checks',
    paramsSchema: z.object({ checks: z.array(z.string()) }),
    query: ({ checks }) => ({ checks }),
  }),
  rule({
    name: 'HAS_CATEGORY',
    description: 'Allow results of checks of these categories',
    paramsSchema: z.object({
      categories: z.array(z.enum(CHECK_CATEGORIES)),
    }),
    query: ({ categories }) => ({ categories }),
  }),
];

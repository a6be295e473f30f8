import { parseEntityRef, stringifyEntityRef } from '@backstage/catalog-model';
import { InputError } from '@backstage/errors';
import {
  CHECK_CATEGORIES,
  CHECK_OUTCOMES,
} from '@shopfloor/plugin-checks-common';
import { z } from 'zod';
import { MAX_DEFINITION_CHARACTERS } from './definitions/parseChecks';

const entityRef = (defaultKind: string) =>
  z.string().transform((text, context) => {
    try {
      return stringifyEntityRef(
        parseEntityRef(text, { defaultKind, defaultNamespace: 'default' }),
      );
    } catch {
      context.addIssue({
        code: 'custom',
        message: `"${text}" is not an entity ref such as ${defaultKind}:default/name`,
      });
      return z.NEVER;
    }
  });

const wholeNumber = (minimum: number, maximum: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, 'must be a whole number')
    .transform(Number)
    .refine(
      value => value >= minimum && value <= maximum,
      `must be from ${minimum} to ${maximum}`,
    );

/** One value or several of a query, as a list. */
const several = <T extends z.ZodType>(item: T, maximum: number) =>
  z
    .preprocess(
      value => (Array.isArray(value) ? value : [value]),
      z.array(item).max(maximum),
    )
    .optional();

const check = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,62}$/, 'must be the name of a check');

/** Query of `GET /results`. */
export const listQuery = z
  .strictObject({
    entity: several(entityRef('component'), 200),
    owner: several(entityRef('group'), 200),
    system: entityRef('system').optional(),
    check: several(check, 200),
    category: z.enum(CHECK_CATEGORIES).optional(),
    outcome: several(z.enum(CHECK_OUTCOMES), CHECK_OUTCOMES.length),
    limit: wholeNumber(1, 1000).optional(),
    offset: wholeNumber(0, 10_000_000).optional(),
  })
  // `several` also sees fields that are not given.
  .transform(
    query =>
      Object.fromEntries(
        Object.entries(query).filter(([, value]) => value !== undefined),
      ) as typeof query,
  );

/** Query of `GET /result`. */
export const resultQuery = z.strictObject({
  entityRef: entityRef('component'),
  check,
});

/** Query of `GET /result/history`. */
export const historyQuery = z.strictObject({
  entityRef: entityRef('component'),
  check,
  limit: wholeNumber(1, 500).default(100),
});

/** Body of `POST /test`. */
export const testBody = z.strictObject({
  entityRef: entityRef('component'),
  definition: z.string().min(1).max(MAX_DEFINITION_CHARACTERS),
});

/** Body of `POST /runs`. */
export const runBody = z.strictObject({
  entityRefs: z.array(entityRef('component')).min(1).max(100),
});

/** The id of a run. */
export const runId = z.uuid('must be the id of a run');

/**
 * Checks input against a schema.
 *
 * @throws InputError that names every field that is wrong
 */
export function parseInput<T>(schema: z.ZodType<T>, input: unknown): T {
  const result = schema.safeParse(input);
  if (!result.success) {
    throw new InputError(
      result.error.issues
        .map(({ path, message }) =>
          path.length ? `${path.join('.')}: ${message}` : message,
        )
        .join('; '),
    );
  }
  return result.data;
}

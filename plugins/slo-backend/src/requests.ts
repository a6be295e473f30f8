import { parseEntityRef, stringifyEntityRef } from '@backstage/catalog-model';
import { InputError } from '@backstage/errors';
import { HISTORY_RANGES } from '@shopfloor/plugin-slo-common';
import { z } from 'zod';

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

const wholeNumber = (maximum: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, 'must be a whole number')
    .transform(Number)
    .refine(value => value <= maximum, `must be at most ${maximum}`);

/** Query of `GET /slos`. */
export const listQuery = z.strictObject({
  entity: entityRef('component').optional(),
  owner: entityRef('group').optional(),
  environment: z.string().min(1).max(63).optional(),
  state: z.enum(['ok', 'at-risk', 'failing', 'unknown', 'stale']).optional(),
  limit: wholeNumber(500)
    .refine(value => value > 0, 'must be at least 1')
    .optional(),
  offset: wholeNumber(1_000_000).optional(),
});

/** Query of `GET /slos/:id/history`. */
export const historyQuery = z.strictObject({
  range: z.enum(HISTORY_RANGES).default('1d'),
  objective: wholeNumber(99).default(0),
});

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

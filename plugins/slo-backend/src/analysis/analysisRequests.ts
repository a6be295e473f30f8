import { entityRef, wholeNumber } from '@shopfloor/plugin-requests-node';
import { z } from 'zod';
import { timeRange } from '../requests';

const A_TARGET = 'must be a share between 0 and 1, such as 0.995';

const objective = wholeNumber({ maximum: 99 }).default(0);
const environment = z.string().min(1).max(63).optional();
const by = z.enum(['team', 'system']);

/** Query of `GET /slos/:id/what-if`. */
export const whatIfQuery = z.strictObject({
  target: z
    .string({ error: A_TARGET })
    .regex(/^0\.\d{1,8}$/, A_TARGET)
    .transform(Number)
    .refine(target => target > 0, A_TARGET),
  ...timeRange,
  objective,
});

/** Query of `GET /slos/:id/red` and `GET /slos/:id/events`. */
export const rangeQuery = z.strictObject({
  ...timeRange,
  objective,
});

/** Query of `GET /export`. */
export const exportQuery = z.strictObject({ entity: entityRef('component') });

/** Query of `GET /roll-ups`. */
export const rollUpQuery = z.strictObject({
  by: by.default('team'),
  environment,
});

/** Query of `GET /report`. */
export const reportQuery = z
  .strictObject({
    by: by.default('team'),
    ref: z.string({ error: 'must be given, for example team-a' }),
    month: z
      .string()
      .regex(/^\d{4}-\d{2}$/, 'must be a month such as 2026-11')
      .optional(),
    timeZone: z.string().min(1).max(64).optional(),
    environment,
  })
  .transform((query, context) => {
    const kind = query.by === 'team' ? 'group' : 'system';
    const ref = entityRef(kind).safeParse(query.ref);
    if (ref.success) {
      return { ...query, ref: ref.data };
    }
    context.addIssue({
      code: 'custom',
      path: ['ref'],
      message: ref.error.issues[0].message,
    });
    return z.NEVER;
  });

import { HISTORY_RANGES } from '@shopfloor/plugin-slo-common';
import { z } from 'zod';

const objective = z
  .string()
  .regex(/^\d{1,2}$/, 'must be a whole number from 0 to 99')
  .transform(Number);

/** Query of `GET /slos/:id/what-if`. */
export const whatIfQuery = z.strictObject({
  target: z
    .string({ error: 'must be given, for example 0.995' })
    .regex(/^0\.\d{1,8}$/, 'must be a share between 0 and 1, such as 0.995')
    .transform(Number)
    .refine(
      target => target > 0,
      'must be a share between 0 and 1, such as 0.995',
    ),
  range: z.enum(HISTORY_RANGES).default('7d'),
  objective: objective.prefault('0'),
});

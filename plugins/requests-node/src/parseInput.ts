import { InputError } from '@backstage/errors';
import { z } from 'zod';

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

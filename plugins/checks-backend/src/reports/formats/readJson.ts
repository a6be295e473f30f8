import { InputError } from '@backstage/errors';
import { z } from 'zod';

/**
 * Reads JSON of a shape.
 *
 * @param what - what it is, as problems name it
 * @throws InputError with the place in the text, or the field
 */
export function readJson<T>(
  what: string,
  text: string,
  shape: z.ZodType<T>,
): T {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    // The message quotes what it stumbled over, and a report may hold what nobody is to read.
    const place = /\(line \d+ column \d+\)|position \d+/.exec(
      (error as Error).message,
    );
    throw new InputError(`${what}: not valid JSON${place ? ` ${place}` : ''}`);
  }
  const result = shape.safeParse(value);
  if (!result.success) {
    const [{ path, message }] = result.error.issues;
    throw new InputError(
      `${what}: ${path.length > 0 ? `${path.join('.')}: ` : ''}${message}`,
    );
  }
  return result.data;
}

import { parseEntityRef, stringifyEntityRef } from '@backstage/catalog-model';
import { z } from 'zod';

/** No entity ref is longer, in characters: three parts of 63 each and a namespace or kind to spare. */
const MAX_ENTITY_REF_CHARACTERS = 500;

/**
 * An entity ref in its full form; what is left out is the namespace `default` and this kind.
 *
 * @param defaultKind - for example `component`
 */
export function entityRef(defaultKind: string) {
  return z
    .string()
    .max(MAX_ENTITY_REF_CHARACTERS)
    .transform((text, context) => {
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
}

/** A whole number written in a query, within bounds that both count. */
export function wholeNumber(options: { minimum?: number; maximum: number }) {
  const { minimum = 0, maximum } = options;
  return z
    .string()
    .regex(/^\d{1,9}$/, 'must be a whole number')
    .transform(Number)
    .refine(value => value >= minimum, `must be at least ${minimum}`)
    .refine(value => value <= maximum, `must be at most ${maximum}`);
}

/**
 * One value or several of a query, as a list.
 *
 * @param maximum - how many at most
 */
export function several<T extends z.ZodType>(item: T, maximum: number) {
  return z
    .preprocess(
      value => (Array.isArray(value) ? value : [value]),
      z.array(item).max(maximum),
    )
    .optional();
}

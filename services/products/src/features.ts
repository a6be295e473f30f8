/**
 * `ratings`: the average rating and the number of reviews of each product are
 * shown. It is switched at build time; version 2 has it.
 */
export type Feature = 'ratings';

const known: readonly Feature[] = ['ratings'];

/** The known features of a build. @throws Error for one that this source does not know */
export function parseFeatures(names: readonly string[]): ReadonlySet<Feature> {
  for (const name of names) {
    if (!known.includes(name as Feature)) {
      throw new Error(
        `Feature ${name} is not known; known: ${known.join(', ')}`,
      );
    }
  }
  return new Set(names as Feature[]);
}

import { analyse, normalise } from './analyse.ts';

/** Whether a value has the words of a text, the last one perhaps unfinished. */
export function startsLike(value: string, text: string): boolean {
  const { words, runs } = analyse(text);
  const last = words.at(-1);
  const own = normalise(value);
  const valueWords = own.match(/[\p{L}\p{N}]+/gu) ?? [];
  return (
    runs.every(run => own.includes(run)) &&
    words.every(word =>
      valueWords.some(candidate =>
        word === last ? candidate.startsWith(word) : candidate === word,
      ),
    )
  );
}

/** The distinct values that fit, shortest first. */
export function chooseSuggestions(options: {
  values: Iterable<string>;
  fits: (value: string) => boolean;
  limit: number;
}): string[] {
  return [...new Set(options.values)]
    .filter(options.fits)
    .sort((a, b) => a.length - b.length || (a < b ? -1 : 1))
    .slice(0, options.limit);
}

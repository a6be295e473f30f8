import { diffLines } from 'diff';

/** A line of two texts laid over each other. */
export interface DiffLine {
  text: string;
  /** Absent where both have it. */
  change?: 'added' | 'removed';
}

/** Every line of both texts in order; an empty text has no lines. */
export function linesOf(before: string, after: string): DiffLine[] {
  return diffLines(before, after).flatMap(({ value, added, removed }) => {
    const change = (added && 'added') || (removed && 'removed') || undefined;
    return value
      .replace(/\n$/, '')
      .split('\n')
      .map(text => ({ text, ...(change && { change }) }));
  });
}

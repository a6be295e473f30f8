/**
 * Fewest insertions, deletions, substitutions and swaps of neighbours that make
 * one word the other (optimal string alignment), or `limit + 1` when it is more.
 */
export function editDistance(
  one: string,
  other: string,
  limit: number,
): number {
  const a = [...one];
  const b = [...other];
  if (Math.abs(a.length - b.length) > limit) {
    return limit + 1;
  }
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      let best = Math.min(
        last[j] + 1,
        row[j - 1] + 1,
        last[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1),
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, beforeLast[j - 2] + 1);
      }
      row.push(best);
    }
    if (Math.min(...row) > limit) {
      return limit + 1;
    }
    beforeLast = last;
    last = row;
  }
  return Math.min(last[b.length], limit + 1);
}

/** How many slips a word of this length is forgiven; as Elasticsearch's `fuzziness: AUTO`. */
export function forgivenSlips(word: string): number {
  const { length } = [...word];
  if (length < 3) {
    return 0;
  }
  return length < 6 ? 1 : 2;
}

/** Most words that a misspelt one stands for. */
const MAX_EXPANSIONS = 5;

/** The words of an index that a misspelt or unfinished one may stand for, nearest first. */
export function nearestWords(
  word: string,
  candidates: readonly string[],
): string[] {
  const limit = forgivenSlips(word);
  return candidates
    .map(candidate => ({
      candidate,
      distance:
        word.length >= 3 && candidate.startsWith(word)
          ? 0.5
          : editDistance(word, candidate, limit),
    }))
    .filter(({ distance }) => distance <= limit)
    .sort(
      (a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1),
    )
    .slice(0, MAX_EXPANSIONS)
    .map(({ candidate }) => candidate);
}

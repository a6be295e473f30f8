import type { DrillContext } from '../Drill.ts';
import { type Books, readBooks } from './books.ts';
import { eventually } from './eventually.ts';
import { findViolations, invariants } from './invariants.ts';

/** Waits until no row breaks an invariant, and notes each invariant as a check; returns the books as they are then. */
export async function checkAtRest(
  { stack, check, figure }: Pick<DrillContext, 'stack' | 'check' | 'figure'>,
  options: {
    withinMs: number;
    /** More to wait for. */ until?: (books: Books) => boolean;
  },
): Promise<Books> {
  const startedAt = performance.now();
  const { books, violations } = await eventually(
    async () => {
      const read = await readBooks(stack);
      return { books: read, violations: findViolations(read) };
    },
    answer =>
      answer.violations.length === 0 && (options.until?.(answer.books) ?? true),
    { withinMs: options.withinMs, everyMs: 500 },
  );
  figure(
    'at rest after',
    `${Math.round((performance.now() - startedAt) / 100) / 10} s`,
  );
  for (const name of Object.keys(invariants)) {
    const broken = violations.filter(({ invariant }) => invariant === name);
    check(
      name,
      broken.length === 0,
      `${broken.length} rows: ${broken
        .slice(0, 5)
        .map(({ row }) => row)
        .join('; ')}`,
    );
  }
  return books;
}

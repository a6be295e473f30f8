import type { Refused, Written } from './CatalogueStore.ts';

/** Ends a transaction that must not be committed, with the reason. */
export class Refusal extends Error {
  readonly outcome: Refused;

  constructor(outcome: Refused) {
    super(outcome);
    this.outcome = outcome;
  }
}

const UNIQUE_VIOLATION = '23505';
const FOREIGN_KEY_VIOLATION = '23503';

/** What a violated constraint means to whoever wrote. */
export interface Violations {
  unique?: Refused;
  foreignKey?: Refused;
}

/** Runs a write and says what it came to; faults are thrown as they are. */
export async function outcomeOf(
  work: () => Promise<void>,
  violations: Violations = {},
): Promise<Written> {
  try {
    await work();
    return { outcome: 'done' };
  } catch (error) {
    if (error instanceof Refusal) {
      return { outcome: error.outcome };
    }
    const { code } = ((error as Error).cause ?? {}) as { code?: string };
    if (code === UNIQUE_VIOLATION && violations.unique) {
      return { outcome: violations.unique };
    }
    if (code === FOREIGN_KEY_VIOLATION && violations.foreignKey) {
      return { outcome: violations.foreignKey };
    }
    throw error;
  }
}

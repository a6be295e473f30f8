import { addTallies, emptyTally, Tally } from './tally';

/** A team, system or domain with what is graded directly in it and with all below. */
export interface RollUp {
  ref: string;
  parent?: string;
  /** Of its own entities alone. */
  own: Tally;
  /** Of its own entities and of all below, each once. */
  total: Tally;
}

/** What {@link rollUpTree} adds up. */
export interface RollUpTreeOptions {
  /** Tally of the entities directly in a node. Every entity is in one node only. */
  own: ReadonlyMap<string, Tally>;
  /** Parent by node. A node without one stands at the top. */
  parents: ReadonlyMap<string, string>;
  /** Levels of the scorecard. */
  levels: number;
}

/**
 * Adds tallies up along a tree: team in team, system in domain. A node that is its own ancestor by mistake is counted
 * once in each of the circle.
 */
export function rollUpTree(options: RollUpTreeOptions): RollUp[] {
  const { own, parents, levels } = options;
  const totals = new Map<string, Tally>();
  for (const [ref, tally] of own) {
    for (const node of [ref, ...ancestorsOf(ref, parents)]) {
      totals.set(
        node,
        addTallies(totals.get(node) ?? emptyTally(levels), tally),
      );
    }
  }
  return [...totals]
    .map(([ref, total]) => ({
      ref,
      ...(parents.has(ref) && { parent: parents.get(ref)! }),
      own: own.get(ref) ?? emptyTally(levels),
      total,
    }))
    .sort((a, b) => a.ref.localeCompare(b.ref, 'en-US'));
}

/** The nodes above one, nearest first, without itself; a circle ends where it closes. */
export function ancestorsOf(
  ref: string,
  parents: ReadonlyMap<string, string>,
): string[] {
  const above: string[] = [];
  const seen = new Set([ref]);
  let parent = parents.get(ref);
  while (parent !== undefined && !seen.has(parent)) {
    above.push(parent);
    seen.add(parent);
    parent = parents.get(parent);
  }
  return above;
}

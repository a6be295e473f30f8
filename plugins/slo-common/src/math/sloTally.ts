import { SloState } from './evaluate';

/** One SLO as a tally counts it. */
export interface TalliedSlo {
  id: string;
  state: SloState;
  /** The smallest budget left of its objectives. */
  budgetLeft?: number;
  /** The same at an earlier moment; absent when it was not known then. */
  earlierBudgetLeft?: number;
}

/** How several SLOs do. */
export interface SloTally {
  slos: number;
  states: Record<SloState, number>;
  /** The SLO with the least budget left; absent when none was measured. */
  worst?: { id: string; budgetLeft: number };
  /** How budgets moved since the earlier moment, of those SLOs of which both are known. */
  trend: { compared: number; less: number; more: number };
}

/** A team or system with its own SLOs and with all below. */
export interface SloRollUp {
  ref: string;
  parent?: string;
  own: SloTally;
  total: SloTally;
}

/** Budgets closer than this are the same: a rolling window moves a little all the time. */
const SAME_BUDGET = 0.001;

/** Tallies SLOs, each once. */
export function tallySlos(slos: TalliedSlo[]): SloTally {
  const states = { ok: 0, 'at-risk': 0, failing: 0, unknown: 0, stale: 0 };
  const tally: SloTally = {
    slos: slos.length,
    states,
    trend: { compared: 0, less: 0, more: 0 },
  };
  for (const { id, state, budgetLeft, earlierBudgetLeft } of slos) {
    states[state] += 1;
    if (budgetLeft === undefined) {
      continue;
    }
    if (!tally.worst || budgetLeft < tally.worst.budgetLeft) {
      tally.worst = { id, budgetLeft };
    }
    if (earlierBudgetLeft !== undefined) {
      const moved = budgetLeft - earlierBudgetLeft;
      tally.trend.compared += 1;
      tally.trend.less += moved < -SAME_BUDGET ? 1 : 0;
      tally.trend.more += moved > SAME_BUDGET ? 1 : 0;
    }
  }
  return tally;
}

/**
 * Tallies SLOs along a tree: team in team. Each node has those directly in it and those of all below, each once; a node
 * that is its own ancestor by mistake too.
 *
 * @param options - `nodes` are SLOs by node; `parents` the parent by node. Nodes without SLOs in or below them are left out.
 */
export function rollUpSlos(options: {
  nodes: ReadonlyMap<string, TalliedSlo[]>;
  parents: ReadonlyMap<string, string>;
}): SloRollUp[] {
  const { nodes, parents } = options;
  const below = new Map<string, TalliedSlo[]>();
  for (const [ref, slos] of nodes) {
    for (const node of [ref, ...ancestors(ref, parents)]) {
      below.set(node, [...(below.get(node) ?? []), ...slos]);
    }
  }
  return [...below.keys()].sort().map(ref => ({
    ref,
    ...(parents.has(ref) && { parent: parents.get(ref)! }),
    own: tallySlos(nodes.get(ref) ?? []),
    total: tallySlos(below.get(ref)!),
  }));
}

function ancestors(
  ref: string,
  parents: ReadonlyMap<string, string>,
): string[] {
  const found: string[] = [];
  let next = parents.get(ref);
  while (next !== undefined && next !== ref && !found.includes(next)) {
    found.push(next);
    next = parents.get(next);
  }
  return found;
}

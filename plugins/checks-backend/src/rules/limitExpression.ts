import type { ASTNode } from '@marcbachmann/cel-js';

/** How deep `all`, `exists`, `filter` and `map` may stand in one another. */
export const MAX_LOOP_DEPTH = 2;

const LOOPS = new Set([
  'all',
  'exists',
  'exists_one',
  'filter',
  'map',
  'transformList',
  'transformMap',
]);

/**
 * Says what in an expression could take long: with lists of at most 500 items and two loops in one another an expression
 * takes at most 250,000 steps for each of its loops, and regular expressions, whose time has no bound, are left out of the language.
 *
 * @returns the problem, or undefined when there is none
 */
export function limitExpression(node: ASTNode): string | undefined {
  return visit(node, 0);
}

function visit(node: ASTNode, depth: number): string | undefined {
  let inner = depth;
  if (node.op === 'rcall' || node.op === 'call') {
    const name = node.args[0];
    if (name === 'matches') {
      return 'matches() is not part of the language of checks; use contains, startsWith or endsWith';
    }
    if (LOOPS.has(name)) {
      inner += 1;
      if (inner > MAX_LOOP_DEPTH) {
        return `${name}() stands in ${MAX_LOOP_DEPTH} other loops; only ${MAX_LOOP_DEPTH} may stand in one another`;
      }
    }
  }
  // What a loop goes through is worked out once, before it.
  const [before, within] =
    node.op === 'rcall' ? [[node.args[1]], node.args[2]] : [[], node.args];
  return (
    firstProblem(childrenOf(before), depth) ??
    firstProblem(childrenOf(within), inner)
  );
}

function firstProblem(nodes: ASTNode[], depth: number): string | undefined {
  for (const node of nodes) {
    const problem = visit(node, depth);
    if (problem) {
      return problem;
    }
  }
  return undefined;
}

function childrenOf(value: unknown): ASTNode[] {
  if (Array.isArray(value)) {
    return value.flatMap(childrenOf);
  }
  return value && typeof value === 'object' && 'op' in value && 'args' in value
    ? [value as ASTNode]
    : [];
}

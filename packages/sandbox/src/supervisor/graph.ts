/** The part of a definition that the order depends on. */
export interface GraphNode {
  name: string;
  dependsOn?: string[];
}

/**
 * Orders parts so that each comes after all it depends on; among equals the given order stays.
 *
 * @throws Error when a name occurs twice, a dependency is unknown, or parts wait for each other
 */
export function startOrder<T extends GraphNode>(nodes: T[]): T[] {
  const byName = new Map<string, T>();
  for (const node of nodes) {
    if (byName.has(node.name)) {
      throw new Error(`Two parts are called ${node.name}`);
    }
    byName.set(node.name, node);
  }
  const ordered: T[] = [];
  const done = new Set<string>();
  const visit = (node: T, path: string[]): void => {
    if (done.has(node.name)) {
      return;
    }
    if (path.includes(node.name)) {
      throw new Error(
        `Parts wait for each other: ${[...path, node.name].join(' -> ')}`,
      );
    }
    for (const dependency of node.dependsOn ?? []) {
      const target = byName.get(dependency);
      if (!target) {
        throw new Error(
          `${node.name} depends on ${dependency}, which is no part of this sandbox`,
        );
      }
      visit(target, [...path, node.name]);
    }
    done.add(node.name);
    ordered.push(node);
  };
  nodes.forEach(node => visit(node, []));
  return ordered;
}

/** The names of all parts that depend on `name`, directly or through others. */
export function dependantsOf(nodes: GraphNode[], name: string): Set<string> {
  const found = new Set<string>();
  const visit = (current: string): void => {
    for (const node of nodes) {
      if (node.dependsOn?.includes(current) && !found.has(node.name)) {
        found.add(node.name);
        visit(node.name);
      }
    }
  };
  visit(name);
  return found;
}

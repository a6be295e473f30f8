/** Who calls whom: from each service to those that it calls synchronously. */
export type CallGraph = ReadonlyMap<string, ReadonlySet<string>>;

/** Makes a graph of pairs `[caller, callee]`. */
export function callGraph(
  calls: Iterable<readonly [string, string]>,
): CallGraph {
  const graph = new Map<string, Set<string>>();
  for (const [caller, callee] of calls) {
    const known = graph.get(caller) ?? new Set();
    graph.set(caller, known.add(callee));
  }
  return graph;
}

/** The calls of a graph as sorted lines, `cart -> products`. */
export function describeCalls(graph: CallGraph): string[] {
  return [...graph]
    .flatMap(([caller, callees]) =>
      [...callees].map(callee => `${caller} -> ${callee}`),
    )
    .sort();
}

/**
 * One cycle of the graph, as the services on it with the first repeated at the end; `undefined` when there is none.
 *
 * A service that calls itself counts: a request that waits for its own pool is the shortest deadlock.
 */
export function findCycle(graph: CallGraph): string[] | undefined {
  const done = new Set<string>();
  const walk = (service: string, path: string[]): string[] | undefined => {
    const at = path.indexOf(service);
    if (at >= 0) return [...path.slice(at), service];
    if (done.has(service)) return undefined;
    for (const callee of graph.get(service) ?? []) {
      const cycle = walk(callee, [...path, service]);
      if (cycle) return cycle;
    }
    done.add(service);
    return undefined;
  };
  for (const service of graph.keys()) {
    const cycle = walk(service, []);
    if (cycle) return cycle;
  }
  return undefined;
}

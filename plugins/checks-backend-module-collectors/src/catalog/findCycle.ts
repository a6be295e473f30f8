/**
 * The shortest way from a node back to itself, both ends included; undefined when there is none.
 *
 * @param edges - what a node leads to; asked for once for each node
 */
export async function findCycle(options: {
  start: string;
  edges: (nodes: string[]) => Promise<Map<string, string[]>>;
  maxNodes: number;
}): Promise<string[] | undefined | 'too-large'> {
  const { start, edges, maxNodes } = options;
  const from = new Map<string, string>();
  let wave = [start];
  while (wave.length > 0) {
    const found = await edges(wave);
    const next: string[] = [];
    for (const node of wave) {
      for (const target of found.get(node) ?? []) {
        if (target === start) {
          const path = [start];
          for (let at = node; at !== start; at = from.get(at)!) {
            path.unshift(at);
          }
          return [start, ...path];
        }
        if (!from.has(target)) {
          from.set(target, node);
          next.push(target);
        }
      }
    }
    if (from.size > maxNodes) {
      return 'too-large';
    }
    wave = next;
  }
  return undefined;
}

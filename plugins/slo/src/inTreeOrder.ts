import { SloRollUpItem } from '@shopfloor/plugin-slo-common';

/** Those above before those below them, each with its depth; siblings as they come. What lies in a circle stands at the top. */
export function inTreeOrder(
  items: SloRollUpItem[],
): Array<{ item: SloRollUpItem; depth: number }> {
  const refs = new Set(items.map(({ ref }) => ref));
  const rows: Array<{ item: SloRollUpItem; depth: number }> = [];
  const placed = new Set<SloRollUpItem>();
  const place = (item: SloRollUpItem, depth: number) => {
    if (placed.has(item)) {
      return;
    }
    placed.add(item);
    rows.push({ item, depth });
    items
      .filter(({ parent }) => parent !== undefined && parent === item.ref)
      .forEach(child => place(child, depth + 1));
  };
  items
    .filter(({ parent }) => parent === undefined || !refs.has(parent))
    .forEach(item => place(item, 0));
  items.forEach(item => place(item, 0));
  return rows;
}

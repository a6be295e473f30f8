import type { CategoryNode } from './types.ts';

/** A category as the store has it: parents come before their children. */
export interface FlatCategory {
  id: number;
  parentId?: number;
  slug: string;
  name: string;
  /** Products directly in it. */
  productCount: number;
}

/** Builds the tree; each count includes what lies below. */
export function buildCategoryTree(
  categories: readonly FlatCategory[],
): CategoryNode[] {
  const nodes = new Map<number, CategoryNode>();
  const roots: CategoryNode[] = [];
  for (const { id, parentId, slug, name, productCount } of categories) {
    const node: CategoryNode = { slug, name, productCount, children: [] };
    nodes.set(id, node);
    const siblings =
      parentId === undefined ? roots : nodes.get(parentId)?.children;
    if (!siblings) {
      throw new Error(`Category ${slug} stands before its parent`);
    }
    siblings.push(node);
  }
  const sum = (node: CategoryNode): number => {
    for (const child of node.children) {
      node.productCount += sum(child);
    }
    return node.productCount;
  };
  roots.forEach(sum);
  return roots;
}

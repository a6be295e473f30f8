import {
  Entity,
  RELATION_CHILD_OF,
  RELATION_PART_OF,
} from '@backstage/catalog-model';
import { CatalogService } from '@backstage/plugin-catalog-node';
import { SloRequest } from '../service/SloService';

/** Trees that are deeper are a mistake. */
const MAX_DEPTH = 20;
const MAX_REFS_PER_REQUEST = 500;

/** Teams or systems with those above them, as far as a person may see them. */
export interface CatalogTree {
  /** Parent by entity ref. */
  parents: Map<string, string>;
  /** Title by entity ref, of those that have one. */
  titles: Map<string, string>;
}

/**
 * Reads the teams above teams, or the systems and domains above systems, from the catalog. What a person may not see is no
 * parent.
 */
export async function readCatalogTree(
  options: { catalog: CatalogService; refs: string[] },
  { credentials }: SloRequest,
): Promise<CatalogTree> {
  const tree: CatalogTree = { parents: new Map(), titles: new Map() };
  const seen = new Map<string, Entity | undefined>();
  let wanted = [...new Set(options.refs)];
  for (let depth = 0; depth < MAX_DEPTH && wanted.length > 0; depth++) {
    for (let at = 0; at < wanted.length; at += MAX_REFS_PER_REQUEST) {
      const entityRefs = wanted.slice(at, at + MAX_REFS_PER_REQUEST);
      const { items } = await options.catalog.getEntitiesByRefs(
        {
          entityRefs,
          fields: ['kind', 'metadata', 'spec.profile', 'relations'],
        },
        { credentials },
      );
      entityRefs.forEach((ref, index) => seen.set(ref, items[index]));
    }
    wanted = [
      ...new Set(wanted.flatMap(ref => parentOf(seen.get(ref)) ?? [])),
    ].filter(ref => !seen.has(ref));
  }
  for (const [ref, entity] of seen) {
    const parent = parentOf(entity);
    if (parent && seen.get(parent)) {
      tree.parents.set(ref, parent);
    }
    const title = titleOf(entity);
    if (title) {
      tree.titles.set(ref, title);
    }
  }
  return tree;
}

/** True when a team or system is another one, or lies below it. */
export function isWithin(
  ref: string,
  ancestor: string,
  parents: ReadonlyMap<string, string>,
): boolean {
  let at: string | undefined = ref;
  for (let depth = 0; at !== undefined && depth <= MAX_DEPTH; depth++) {
    if (at === ancestor) {
      return true;
    }
    at = parents.get(at);
  }
  return false;
}

function parentOf(entity: Entity | undefined): string | undefined {
  const type =
    entity?.kind.toLocaleLowerCase('en-US') === 'group'
      ? RELATION_CHILD_OF
      : RELATION_PART_OF;
  return entity?.relations?.find(relation => relation.type === type)?.targetRef;
}

function titleOf(entity: Entity | undefined): string | undefined {
  const profile = entity?.spec?.profile as
    { displayName?: unknown } | undefined;
  return (
    entity?.metadata.title ??
    (typeof profile?.displayName === 'string' ? profile.displayName : undefined)
  );
}

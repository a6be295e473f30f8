/** The tabs of an entity's page in their order, by path, and the word for each. Others follow, under their own titles. */
export const entityTabs = [
  { path: '/', key: 'entityTab.overview' },
  { path: '/slos', key: 'entityTab.slos' },
  { path: '/traffic', key: 'entityTab.traffic' },
  { path: '/scorecard', key: 'entityTab.scorecard' },
  { path: '/secrets', key: 'entityTab.secrets' },
  { path: '/kubernetes', key: 'entityTab.kubernetes' },
  { path: '/definition', key: 'entityTab.definition' },
  { path: '/apis', key: 'entityTab.apis' },
  { path: '/dependencies', key: 'entityTab.dependencies' },
  { path: '/docs', key: 'entityTab.docs' },
  { path: '/changes', key: 'entityTab.changes' },
  { path: '/rollout', key: 'entityTab.rollout' },
] as const;

/** The key of a tab's word. */
export type EntityTabKey = (typeof entityTabs)[number]['key'];

function normalize(path: string): string {
  return `/${path.replace(/^\/+|\/+$/g, '')}`;
}

/** The key of the word for the tab at a path. */
export function entityTabKey(path: string): EntityTabKey | undefined {
  return entityTabs.find(tab => tab.path === normalize(path))?.key;
}

/** Sorts tabs by our order; those that we do not know keep theirs, at the end. */
export function sortTabs<T>(
  tabs: readonly T[],
  pathOf: (tab: T) => string,
): T[] {
  const rank = (tab: T) => {
    const index = entityTabs.findIndex(
      known => known.path === normalize(pathOf(tab)),
    );
    return index === -1 ? entityTabs.length : index;
  };
  return [...tabs].sort((a, b) => rank(a) - rank(b));
}

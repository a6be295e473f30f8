/** The pages of the portal by the first part of their path, and the word for each in the app's translation. */
export const pageTitleKeys = {
  '': 'page.home',
  catalog: 'page.catalog',
  create: 'page.create',
  'api-docs': 'page.apis',
  docs: 'page.docs',
  slos: 'page.slos',
  traffic: 'page.traffic',
  kubernetes: 'page.kubernetes',
  changes: 'page.changes',
  scorecards: 'page.scorecards',
  secrets: 'page.secrets',
  approvals: 'page.approvals',
  audit: 'page.audit',
  rollout: 'page.rollout',
  status: 'page.status',
  settings: 'page.settings',
  search: 'page.search',
  notifications: 'page.notifications',
  'catalog-graph': 'page.graph',
} as const;

/** The words for sub-pages, by the path of the tab. */
export const subPageTitleKeys = {
  general: 'page.settingsGeneral',
  notifications: 'page.settingsNotifications',
} as const;

/** The translation key for the title of the page at a path, if the page is one that the app knows. */
export function pageTitleKey(path: string) {
  const [first] = path.replace(/^\/+/, '').split(/[/?#]/);
  return first in pageTitleKeys
    ? pageTitleKeys[first as keyof typeof pageTitleKeys]
    : undefined;
}

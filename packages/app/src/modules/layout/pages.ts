/** The pages of the navigation by the id of their extension, and the word for each in the app's translation. */
export const pageTitleKeys = {
  'page:home': 'page.home',
  'page:catalog': 'page.catalog',
  'page:scaffolder': 'page.create',
  'page:api-docs': 'page.apis',
  'page:techdocs': 'page.docs',
  'page:slo': 'page.slos',
  'page:traffic': 'page.traffic',
  'page:changes': 'page.changes',
  'page:scorecards': 'page.scorecards',
  'page:secrets': 'page.secrets',
  'page:approvals': 'page.approvals',
  'page:audit': 'page.audit',
  'page:phases': 'page.rollout',
  'page:status': 'page.status',
  'page:user-settings': 'page.settings',
  'page:search': 'page.search',
  'page:notifications': 'page.notifications',
  'page:catalog-graph': 'page.graph',
} as const;

/** The words for sub-pages, by the id of the tab. */
export const subPageTitleKeys = {
  general: 'page.settingsGeneral',
  notifications: 'page.settingsNotifications',
} as const;

type PageId = keyof typeof pageTitleKeys;

/** The translation key of a page's title, if the page is one that the app knows. */
export function pageTitleKey(extensionId: string | undefined) {
  return extensionId !== undefined && extensionId in pageTitleKeys
    ? pageTitleKeys[extensionId as PageId]
    : undefined;
}

/** The groups of the navigation and their pages, in the order of the work. A page that is not installed, or that the reader may not open, is left out. */
export const navGroups = [
  {
    id: 'build',
    pages: [
      'page:catalog',
      'page:scaffolder',
      'page:api-docs',
      'page:techdocs',
    ],
  },
  {
    id: 'run',
    pages: [
      'page:slo',
      'page:traffic',
      'page:kubernetes',
      'page:audit/changes',
    ],
  },
  { id: 'improve', pages: ['page:scorecards'] },
  { id: 'protect', pages: ['page:secrets', 'page:approvals', 'page:audit'] },
  { id: 'plan', pages: ['page:phases'] },
  { id: 'platform', pages: ['page:status'] },
] as const;

/** Pages that are reached in another way than through a group. */
export const ungroupedPages = [
  'page:home',
  'page:search',
  'page:notifications',
  'page:user-settings',
  'page:catalog-graph',
  'page:auth',
] as const;

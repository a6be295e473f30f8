import { createTranslationRef } from '@backstage/frontend-plugin-api';

/** The words that every page shares. A plugin uses them through `useTranslationRef(uiTranslationRef)`. */
export const uiTranslationRef = createTranslationRef({
  id: 'shopfloor-ui',
  messages: {
    state: {
      ok: 'OK',
      'at-risk': 'At risk',
      failing: 'Failing',
      unknown: 'Unknown',
      stale: 'Stale',
      paused: 'Paused',
      waiting: 'Waiting',
      running: 'Running',
    },
    observed: {
      when: 'Observed {{when}}',
      from: 'Source: {{source}}',
      never: 'Not observed yet',
      staleSince: 'Stale, last observed {{when}}',
    },
    error: {
      title: 'This could not be loaded',
      notAllowed: 'You may not see this',
      notAllowedHelp:
        'Ask the owner of the service or the platform team for access.',
      retry: 'Try again',
      details: 'Details',
    },
    loading: { label: 'Loading' },
    notConnected: {
      title: '{{system}} is not connected',
      setting: 'Set {{setting}} in the configuration of the portal.',
      docs: 'How to connect it',
    },
    empty: { docs: 'How to start' },
    environment: {
      label: 'Environment',
      production: 'Production environment',
    },
    dialog: {
      cancel: 'Cancel',
      working: 'Working …',
      failed: 'That did not work',
    },
    chart: {
      showTable: 'Show as a table',
      showChart: 'Show as a chart',
      time: 'Time',
      event: 'What happened',
      noData: 'No data in this time range',
      summary:
        '{{title}}: {{series}} series from {{from}} to {{to}}. The table holds the same figures.',
    },
    diff: { added: 'added', removed: 'removed' },
    table: { search: 'Filter', clear: 'Clear' },
  },
  translations: { 'zh-CN': () => import('./zh-CN') },
});

import { createTranslationRef } from '@backstage/frontend-plugin-api';

/** The words of the status page. */
export const statusTranslationRef = createTranslationRef({
  id: 'shopfloor-status',
  messages: {
    answer: {
      ok: 'All connected systems answer',
      failing_one: '{{count}} system does not answer: {{names}}',
      failing_other: '{{count}} systems do not answer: {{names}}',
      unknown_one: '{{count}} system has not answered yet: {{names}}',
      unknown_other: '{{count}} systems have not answered yet: {{names}}',
    },
    stale: 'The portal does not answer. What you see is the last known state.',
    state: { notConnected: 'Not connected' },
    column: {
      system: 'System',
      state: 'State',
      since: 'Since',
      version: 'Version',
      latency: 'Answer time',
      impact: 'What does not work without it',
      details: 'Details',
    },
    details: {
      show: 'Show details of {{system}}',
      hide: 'Hide details of {{system}}',
      address: 'Address',
      problem: 'Problem',
      connect: 'How to connect it',
      observed: 'Last asked',
      none: 'None',
    },
    problem: {
      refused: 'Nobody listens there',
      timeout: 'It did not answer in time',
      unreachable: 'It cannot be reached',
      status: 'It answers that it is not well',
      answer: 'It answers, but not as this system should',
    },
    portal: {
      title: 'The portal',
      version: 'Version',
      backstage: 'Backstage',
      started: 'Running since',
    },
    empty: {
      title: 'No system is watched yet',
      description:
        'Systems are listed under status.systems in the configuration of the portal.',
    },
    attention: {
      source: 'Status of the platform',
      notReachable: '{{system}} does not answer',
    },
  },
  translations: { 'zh-CN': () => import('./zh-CN') },
});

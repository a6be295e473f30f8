import { createTranslationRef } from '@backstage/frontend-plugin-api';

/** The words of the traffic pages. */
export const trafficTranslationRef = createTranslationRef({
  id: 'traffic',
  messages: {
    title: 'Traffic',
    answer: {
      follows: 'Wanted: {{shares}}; the measured requests follow',
      moving: 'Wanted: {{shares}}; the measured requests are moving there',
      differs: 'Wanted: {{shares}}, but the measured requests do not follow',
      noRequests:
        'Wanted: {{shares}}; there were no requests in the last minute',
      notMeasured:
        'Wanted: {{shares}}; what really happens is not measured now',
      share: '{{subset}} {{share}}',
      and: ', ',
    },
    state: { follows: 'As wanted', moving: 'Moving', differs: 'Not as wanted' },
    flow: {
      heading: 'Where requests go',
      summary: 'Of {{rate}} requests per second: {{shares}}',
      summaryShare: '{{subset}} wanted {{wanted}}, measured {{measured}}',
      requests: '{{rate}} requests/s',
      wanted: 'Wanted {{share}}',
      measured: 'Measured {{share}}',
      measuredAxis: 'Measured over the last minute',
      notMeasured: 'Not measured',
      table: 'Show as a table',
      picture: 'Show as a picture',
    },
    column: {
      version: 'Version',
      weight: 'Weight',
      wanted: 'Wanted share',
      measured: 'Measured share',
      rate: 'Requests/s',
      service: 'Service',
      owner: 'Owner',
      shares: 'Shares',
      observed: 'Observed',
      when: 'When',
      person: 'Person',
      change: 'Change',
      outcome: 'Outcome',
      act: 'Action',
    },
    source: { cluster: 'Kubernetes API', prometheus: 'Prometheus' },
    stale: {
      cluster:
        'The cluster does not answer ({{reason}}). This is the last known route; it cannot be changed now.',
      prometheus:
        'Prometheus does not answer ({{reason}}). The measured shares are the last known ones.',
      notMeasured: 'Nothing was ever measured here: {{reason}}',
    },
    noRoute: {
      title: 'No route to show in {{environment}}',
      help: 'A service appears here when its VirtualService is deployed in the environment. {{reason}}',
    },
    unreachable: {
      title: 'The cluster of {{environment}} does not answer',
      help: 'Whether there is a route is not known: {{reason}}. This page comes alive by itself when the cluster answers.',
      status: 'See the status of the platform',
    },
    noEnvironment: {
      title: 'There is no environment of this name',
      help: 'Choose one of the list. Environments are declared in shopfloor.environments.',
    },
    refusal: {
      'no-http-route': 'The route has no HTTP rule',
      'several-http-routes':
        'The route has several HTTP rules ({{detail}}); only a single one can be weighted here',
      'not-http': 'The route also has TCP or TLS rules',
      'has-match': 'The route applies only to requests that match conditions',
      'not-weighted': 'The route is not a choice between versions',
      'different-hosts': 'The route sends to different hosts: {{detail}}',
      'no-subset': 'A destination of the route names no version',
      'duplicate-subset': 'The route names {{detail}} twice',
      'single-subset':
        'The route has one destination, {{detail}}; there is nothing to choose between',
      'no-destination-rule': 'No DestinationRule says which pods a version is',
      'unknown-subset':
        'The route names {{detail}}, which the DestinationRule does not have',
    },
    access: {
      'not-permitted':
        'Only the owners of this service and the platform team may move its traffic.',
      'environment-closed':
        'Traffic in {{environment}} is not moved from the portal.',
      'environment-group':
        'Traffic in {{environment}} is moved by certain groups only.',
      'no-identity': 'You have no name in the cluster.',
      'route-not-editable':
        'This route is shown, but cannot be changed here: {{refusal}}. Change it where it is defined.',
      ask: 'Ask',
    },
    editor: {
      heading: 'Move traffic',
      slider: 'Share of {{subset}} in percent',
      number: '{{subset}} (%)',
      reset: 'Reset',
      preview: 'Preview the change',
      unchanged: 'Move a slider or type a percentage to plan a change.',
      invalid: 'Give a whole number from 0 to 100.',
      meanwhile:
        'Somebody changed the route meanwhile. The preview is made from the present one.',
      keeps: 'Stays as it is: {{fields}}',
      unrouted: 'Not in the route: {{subsets}}',
    },
    preview: {
      title: 'Move traffic of {{service}} in {{environment}}',
      what: 'What changes',
      gets: '{{subset}} gets {{to}} of the requests (now {{from}})',
      nothing: 'No share of the requests changes.',
      affected: 'Who is affected',
      affectedShare:
        '{{share}} of the requests go to another version than now, about {{rate}} per second.',
      affectedNoRate:
        '{{share}} of the requests go to another version than now.',
      callers: 'Callers in the last minute: {{callers}}',
      hosts: 'Hosts: {{hosts}}',
      dryRun: 'Dry run as you, on the real cluster',
      accepted: 'The cluster accepts this change.',
      handedOver:
        'From now on the weights are set here: {{managers}}, who set them so far, leaves them alone.',
      refused: 'The cluster refuses this change: {{reason}}',
      unavailable: 'The cluster does not answer: {{reason}}',
      takeOver:
        'The cluster accepts this change if it is taken over from {{managers}}, who manages this route. Its next deployment may put its own weights back.',
      takeOverConfirm: 'Take the route over from {{managers}}',
      takeOverNeeded: 'Confirm first that you take the route over.',
      undo: 'How to undo',
      undoHelp:
        '"Undo" beside the outcome and in the history brings back exactly what is there now: weights, labels and annotations.',
      diff: 'Difference',
      reason: 'Reason (optional)',
      reasonRequired: 'Reason, for those who decide',
      reasonNeeded: 'Say why this step is wanted: those who decide read it.',
      asks: 'This step sends {{step}} of the requests to a newer version, more than {{above}}, so somebody else has to approve it. It is made in your name as soon as it is approved, if the route is still as it is now. Smaller steps, going back and undo ask nobody.',
      ask: 'Ask to send {{share}} to {{subset}} in {{environment}}',
      loading: 'Asking the cluster',
      act: 'Send {{share}} to {{subset}} in {{environment}}',
      actRefused: 'This change is not possible now.',
    },
    gate: {
      go: 'The release gate has nothing against a release.',
      'slow-down': 'Releases of {{service}} go slowly now.',
      freeze: 'Releases of {{service}} are frozen now.',
      unknown: 'Whether {{service}} may be released is not known.',
      unavailable:
        'The release gate does not answer ({{reason}}), so nobody can tell whether {{service}} may be released.',
      advise:
        'Move at most {{most}} of the requests at a time, and watch what comes of it; this step moves {{step}}.',
      small: 'This step is as small as is advised. Watch what comes of it.',
      tell: 'The step is made all the same: think about whether it makes things better.',
      ask: 'So a step forward asks: somebody else has to approve it, and reads why. It is made in your name as soon as it is approved, if the route is still as it is now. Going back and undo ask nobody.',
      refuse:
        'No step forward is made until that is over. Going back and undo are open.',
      open: 'See the SLOs and the release policy',
    },
    undo: {
      button: 'Undo',
      buttonOf: 'Undo: {{change}}',
      title: 'Undo in {{environment}}',
      act: 'Undo: send {{share}} to {{subset}} in {{environment}}',
      conflict:
        'Somebody changed the route since. Undo would discard that, so it is not done. What changed since:',
      redo: 'Undo can itself be undone from the history.',
    },
    approval: {
      waitingFor: 'Waiting for: {{whom}}',
      others: 'those whom the policy names',
      pending:
        'Approvals could not take the request yet; it is asked again by itself.',
      decidedBy: 'Decided by',
      objected:
        'The review objected to going ahead without an approval. Undo it, or say there why not.',
      link: 'Request for approval',
      linkOf: 'Request for approval: {{change}}',
    },
    outcome: {
      waiting: 'Asked: {{change}}',
      'not-approved': 'Not approved, nothing changed: {{error}}',
      applied: 'Done: {{change}}',
      pending: 'Under way: {{change}}',
      refused: 'Refused: {{error}}',
      'not-applied': 'Nothing changed: {{error}}',
      unknown: 'Not known: {{error}}',
      by: 'by {{person}}, {{when}}',
      effectWaiting: 'Waiting for the proxies to take it over',
      effective: 'Taken over by {{proxies}} proxies',
      rejected: 'Refused by a proxy: {{message}}',
      effectUnknown:
        'Whether the proxies took it over is not known: {{message}}',
    },
    history: {
      heading: 'History',
      empty: 'No change yet',
      emptyHelp:
        'Changes made here appear with the person, the time and the outcome, and can be undone.',
      more: 'Show older changes',
      change: '{{subset}} {{from}} → {{to}}',
      undone: 'Undone',
      state: {
        waiting: 'Waiting for approval',
        'not-approved': 'Not approved',
        applied: 'Applied',
        pending: 'Under way',
        refused: 'Refused',
        'not-applied': 'Not applied',
        unknown: 'Unknown',
      },
    },
    list: {
      answer: 'Services with a route in {{environment}}: {{services}}',
      empty: 'No service has a route yet',
      emptyHelp:
        'Annotate a component with backstage.io/kubernetes-id and deploy its VirtualService.',
    },
    card: {
      open: 'Open traffic',
      waiting: 'Changes that wait for an approval: {{changes}}',
    },
  },
  translations: { 'zh-CN': () => import('./zh-CN') },
});

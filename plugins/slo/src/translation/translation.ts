import { createTranslationRef } from '@backstage/frontend-plugin-api';

/** The words of the SLO pages. */
export const sloTranslationRef = createTranslationRef({
  id: 'shopfloor-slo',
  messages: {
    title: 'SLOs',
    answer: {
      until: '{{answer}}, until {{moment}}',
      ok: {
        lasts:
          'Keeps its promise, {{left}} of the error budget left; at this rate it lasts',
        exhausts:
          'Keeps its promise, {{left}} of the error budget left, at this rate for {{duration}} more',
        unknown: 'Keeps its promise, {{left}} of the error budget left',
      },
      'at-risk': {
        lasts:
          'Keeps its promise but is at risk: {{left}} of the error budget left; at the rate of the last hour it lasts',
        exhausts:
          'Keeps its promise but is at risk: {{left}} of the error budget left, at this rate for {{duration}} more',
        unknown:
          'Keeps its promise but is at risk: {{left}} of the error budget left',
      },
      failing: {
        usedUp: 'Does not keep its promise: the error budget is used up',
        overspent:
          'Does not keep its promise: {{times}} times the error budget is spent',
      },
      noEvents: 'Cannot be judged: there were no requests in {{window}}',
      notMeasured: 'Not measured yet',
      notEvaluable: 'Kept, not evaluated yet',
      lastKnown: 'When last seen: {{answer}}',
    },
    failure: {
      'prometheus-unavailable':
        'Prometheus of this environment does not answer. What you see is the last known state.',
      'no-data':
        'Prometheus has no fresh samples of these requests. What you see is the last known state.',
      'query-refused': 'Prometheus refuses the query of this SLO.',
      'environment-unknown':
        'The environment of this SLO is not configured any more.',
      since: 'Since {{when}}: {{message}}',
      portal:
        'The portal does not answer. What you see is the last known state.',
    },
    figure: {
      objective: 'Objective',
      objectiveHint: 'over {{window}}',
      measured: 'Measured',
      measuredHint: '{{bad}} of {{total}} {{unit}} were bad',
      weightedHint_one: 'weighted mean of {{count}} part',
      weightedHint_other: 'weighted mean of {{count}} parts',
      weightedBudgetHint: 'of what the weighted whole allows',
      projected: 'Budget left at the end',
      projection: {
        'so-far':
          'if requests go on as in this window so far, and bad ones as in the last hour',
        recent: 'if requests and bad ones go on as in the last hour',
        previous: 'if there are as many requests as in the window before',
      },
      budgetLeft: 'Error budget left',
      budgetLeftHint: '{{left}} of {{budget}} bad {{unit}} left to spend',
      budgetOverspentHint:
        '{{over}} bad {{unit}} more than the {{budget}} allowed',
      burnRate: 'Burn rate, last hour',
      burnRateHint: 'at 1 the budget lasts exactly {{window}}',
      times: '{{value}} ×',
    },
    coverage: {
      partial: 'Based on {{covered}} of {{window}}: there is no older data.',
      chart: 'There is data for {{covered}} of {{range}}.',
      maintenance:
        'Figures are without {{duration}} of maintenance in the window.',
    },
    unit: {
      events: 'requests',
      seconds: 'seconds',
      slices: 'time slices',
      weights: 'weights',
    },
    gate: {
      title: 'May it be released now?',
      source: 'the release policy',
      decision: {
        go: 'Go',
        'slow-down': 'Slow down',
        freeze: 'Freeze',
        unknown: 'Not known',
      },
      meaning: {
        go: 'Release to {{environment}} as always.',
        'slow-down':
          'Release to {{environment}} in smaller steps, with somebody watching.',
        freeze: 'Release to {{environment}} only what makes it better.',
        unknown:
          'Nobody can tell whether {{environment}} can bear a release. That is no go.',
      },
      reason: {
        calendar: '{{name}} until {{until}}: {{reason}}',
        'budget-used-up':
          '"{{slo}}" has {{left}} of its error budget left; releases stop at {{limit}}.',
        'budget-low':
          '"{{slo}}" has {{left}} of its error budget left, less than {{limit}}.',
        burning:
          '"{{slo}}" spends its budget more than {{factor}} times faster than allowed, over {{window}}.',
        'slo-unknown':
          'Nothing is known of "{{slo}}": no requests, or never measured.',
        'slo-stale': '"{{slo}}" is not observed any more.',
        'no-slos': 'There is no SLO in {{environment}}.',
        'no-rule': 'The policy has no rule for {{environment}}.',
        'policy-unavailable': 'The policy cannot be read: {{problem}}',
      },
      problem: 'The file of the policy is not the one in use: {{problem}}',
      policy: 'By the release policy',
      line: 'Releases to {{environment}}.',
    },
    tabs: { list: 'SLOs', teams: 'Teams', report: 'Monthly report' },
    rollUp: {
      by: 'Group by',
      team: 'Team',
      system: 'System',
      help: 'A team has its own SLOs and those of the teams below it. Budgets are compared with those of {{when}}, with the objectives of today.',
      states: 'SLOs by state',
      worst: 'Least budget left',
      trend: 'In seven days',
      moved: 'Of {{compared}}: {{less}} have less budget, {{more}} more',
      noTrend: 'Not known: no figures of then',
      report: 'Month',
      reportOf: 'Report of {{name}}',
      none: { team: 'Without an owner', system: 'Part of no system' },
    },
    report: {
      month: 'Month',
      timeZone: 'Time zone',
      print: 'Print',
      choose: 'Whose month?',
      chooseHelp:
        'Choose a team or a system. The report says which promises were kept, what they cost of their budget, on which days, and what happened.',
      title: '{{name}}, {{month}}',
      whole: '{{from}} to {{to}}, {{timeZone}}; {{environment}}',
      soFar: 'So far: {{from}} to {{to}}, {{timeZone}}; {{environment}}',
      everyEnvironment: 'every environment',
      answer:
        '{{kept}} of {{total}} promises kept, {{broken}} broken, {{unknown}} not known',
      promises: 'Promises',
      help: 'Each objective is judged over the month as one window. What less than 99% of the month is known of is not known, however it looks.',
      verdict: 'Kept?',
      used: 'Budget used',
      bad: 'Bad',
      badOf: '{{bad}} of {{total}} {{unit}}',
      badTime: 'in {{duration}} of five-minute steps above what is allowed',
      worstDays: 'Worst days',
      day: '{{day}}: {{share}} of the budget',
      maintenance: 'without {{duration}} of maintenance',
      verdicts: { kept: 'Kept', broken: 'Broken', unknown: 'Not known' },
      observed: {
        kept: 'Within the budget as far as there is data',
        broken: 'Over the budget as far as there is data',
        nothing: 'There is no data',
      },
      changes: '{{total}} changes: {{kinds}}',
      changesOf: '{{kind}} {{number}}, of which {{failed}} failed',
      noChanges: 'No changes.',
      truncated: 'Only the latest of them are told by kind.',
      restore:
        '{{closed}} incidents were closed, after {{mean}} on average and {{median}} in the middle; {{open}} are open.',
      noRestore: 'No incident was closed; {{open}} are open.',
      incidents: 'Incidents',
      opened: 'Opened',
      lasted: 'Lasted',
      written: 'Written {{at}}, from Prometheus.',
    },
    windows: {
      title: 'Over each window',
      help: 'The same objective over every window that the definition names. Alerts follow the first one.',
      window: 'Window',
      state: 'State',
      coverage: 'Data for',
      covered: '{{covered}} of {{window}}',
      until: '{{window}}, until {{end}} ({{timeZone}})',
      inZone: '{{window}} ({{timeZone}})',
      this: {
        m_one: 'this minute',
        m_other: 'these {{count}} minutes',
        h_one: 'this hour',
        h_other: 'these {{count}} hours',
        d_one: 'this day',
        d_other: 'these {{count}} days',
        w_one: 'this week',
        w_other: 'these {{count}} weeks',
        M_one: 'this month',
        M_other: 'these {{count}} months',
        Q_one: 'this quarter',
        Q_other: 'these {{count}} quarters',
        Y_one: 'this year',
        Y_other: 'these {{count}} years',
      },
    },
    parts: {
      composite: 'Parts of the whole',
      journey: 'Steps of the journey',
      help: 'The level of the whole is the weighted mean of the levels of its parts. A part that is not known makes the whole unknown.',
      part: 'Part',
      hidden: 'A step that you may not see',
      weight: 'Weight',
      weightOf: '{{weight}}, {{share}} of the whole',
      state: 'State',
      above: 'At or above its objective',
      below: 'Below its objective',
    },
    events: {
      title: 'What happened',
      help: 'The numbers are those on the charts. Consumed budget is the share of the error budget that was spent between a change and the next one, or within {{after}}: bad requests ÷ bad requests allowed. It came after the change; that does not say that it came of it.',
      log: 'Changes and incidents',
      number: 'No.',
      time: 'Time',
      what: 'What',
      who: 'Who',
      outcome: 'Outcome',
      consumed: 'Consumed budget after it',
      consumedDetail: '{{bad}} bad requests in {{duration}}',
      consumedUnknown: 'Not known: there is no data',
      shared_one: '(with {{count}} change)',
      shared_other: '({{count}} changes at once)',
      after: '{{outcome}} after {{duration}}',
      kind: {
        incident: 'Incident',
        deployment: 'Deployment',
        traffic: 'Traffic',
        'secret-grant': 'Secret grant',
        configuration: 'Configuration',
        'template-run': 'Template run',
        other: 'Change',
      },
      outcomes: {
        'in-progress': 'Under way',
        succeeded: 'Done',
        failed: 'Failed',
        undone: 'Undone',
        unknown: 'Not known',
        open: 'Open',
        closed: 'Closed',
      },
      stretch: '{{from}} to {{to}}',
      maintenance: 'Maintenance, which does not count: {{stretches}}',
      late: 'Declared as maintenance when it was over, so it still counts: {{stretches}}.',
      lateFigures:
        'Without its {{bad}} bad requests {{left}} of the error budget would be left.',
      maintenanceFrom: 'Maintenance begins',
      maintenanceTo: 'Maintenance ends',
      none: 'No change and no incident in this time range.',
      truncated:
        'There was more; these are the latest. A shorter time range shows all of it.',
      notConnected:
        'With the plugin "audit" in the portal, deployments, traffic changes and incidents stand here and on the charts.',
      notAllowed:
        'You may not see changes (audit.change.read). The platform team can say more.',
      unreachable:
        'Changes and incidents do not answer. They come back by themselves.',
    },
    exclusion: {
      title: 'Past maintenance',
      help: 'A stretch of the past that was maintenance, and was not declared in time, can be left out of the budget when somebody else approves it. Both figures stay visible. Maintenance that is to come stands in the definition.',
      none: 'Nothing of the past is left out.',
      ask: 'Ask to leave out a past stretch',
      mayNot: {
        permission:
          'The owners of the service and the platform team may ask (slo.exclusion.manage).',
        journey:
          'A journey consists of SLOs of other services: ask for it there.',
        'not-measured': 'It was not measured yet.',
      },
      both: 'With the stretch and without',
      figure: 'Figure',
      counted: 'As if it counted',
      excluded: 'Without it',
      of: '{{figure}}, {{objective}}',
      badOfAll: 'Bad of all',
      ofAll: '{{bad}} of {{total}} {{unit}}',
      notYet:
        'Something was approved or removed just now. It shows with the next evaluation, within a minute.',
      failure:
        'What the budget would be with what is left out cannot be told: {{message}}',
      askTitle: 'Leave a past stretch out of "{{slo}}"',
      askHelp:
        'The platform team or leadership decides. Until then the stretch counts; afterwards the page shows the budget with it and without. Alerts of Prometheus stay as they are.',
      act: 'Ask to leave it out of "{{slo}}"',
      from: 'From',
      to: 'To',
      zone: 'In {{zone}}',
      reason: 'Reason',
      reasonHelp:
        'What was done, who was told beforehand, and why it was not declared in time.',
      short: 'Say why, in at least ten characters.',
      backwards: 'The end must be after the beginning.',
      stretchMissing: 'Say from when to when.',
      notSeen: 'Both figures are shown here before you ask.',
      preview: 'What it would mean now',
      asked: 'Asked by',
      askedFigures:
        'Budget left then: {{counted}} with it, {{excluded}} without.',
      decided: 'Decided by',
      gone: 'It has left the window of the budget and changes nothing any more.',
      pending: 'It is not with those who decide yet; the portal tries again.',
      approval: 'The request for approval',
      approvalOf: 'The request for approval of {{stretch}}',
      comment: 'Comment',
      states: {
        waiting: 'Waits for approval',
        excluded: 'Left out',
        denied: 'Denied',
        withdrawn: 'Withdrawn',
        removed: 'Removed: it counts again',
        expired: 'Nobody decided in time',
      },
      acts: { withdraw: 'Withdraw', remove: 'Remove' },
      actsFull: {
        withdraw: 'Withdraw the wish to leave out {{stretch}}',
        remove: 'Let {{stretch}} count again',
      },
      confirm: { withdraw: 'Withdraw', remove: 'Let it count again' },
      means: {
        withdraw:
          'Nobody is asked any more. The stretch counts, as it does now.',
        remove:
          'What happened in the stretch counts again with the next evaluation. To leave it out once more, it is asked for anew.',
      },
    },
    red: {
      title: 'Requests, errors and latency of {{service}}',
      help: 'Everything that its callers see, whatever this SLO counts.',
      rate: 'Requests per second',
      errors: 'Share of server errors',
      latency: 'Latency',
      p50: 'Half stay below',
      p95: '95% stay below',
      p99: '99% stay below',
      explain: 'How these come about',
      explained:
        'Each point is over the {{step}} before it, from the series that every proxy of the mesh records for its requests.',
    },
    export: {
      one: 'Export this SLO',
      all: 'Export all of {{entity}}',
      failed: 'The export did not succeed: {{message}}',
    },
    note: {
      'counted-series-absent':
        'The series of the counted requests is absent; they count as none. Check the query if that is not meant.',
      'counted-above-total':
        'More requests are counted than there were: the two queries do not belong together.',
      'no-events': 'There were no requests in the window.',
    },
    history: {
      heading: 'Over time',
      title: 'Error budget left over time',
      burnTitle: 'Burn rate over time, each point over one hour',
      budget: 'Error budget left',
      burn: 'Burn rate',
      usedUp: 'used up',
      lastsExactly: 'spends the budget exactly',
      range: 'Time range',
      stretch: 'From … to …',
      from: 'From',
      to: 'To',
      zone: 'In {{zone}}',
      show: 'Show this time',
      between: '{{from}} to {{to}}',
      partly:
        'There is data for {{covered}} of {{range}}. Where there is none, the lines have gaps: choose a later beginning to see all of it.',
      nothing:
        'Nothing is known of {{range}}: Prometheus has no samples of it, or there were no requests. Choose a later time.',
      inAddress:
        'The time range in the address cannot be shown. {{problem}} Shown instead: {{shown}}.',
      problem: {
        incomplete: 'Say from when and to when.',
        'no-moment': 'Give date and time, such as 2026-11-24T22:00:00Z.',
        backwards: 'The end must be after the beginning.',
        future: 'It must not lie in the future.',
        'too-short': 'It must be at least a minute long.',
        'too-long': 'It must be at most 92 days long.',
      },
      stored:
        'Prometheus does not answer; these points are the ones that the portal kept.',
      ranges: {
        '15m': '15 min',
        '1h': '1 hour',
        '6h': '6 hours',
        '1d': '1 day',
        '7d': '7 days',
        '30d': '30 days',
      },
    },
    burn: {
      title: 'Is it burning now?',
      help: 'A row burns when the rate of both windows is above its factor; the short window shows that it still goes on.',
      windows: 'Windows',
      factor: 'Factor',
      share: 'Budget spent by then',
      long: 'Rate, long window',
      short: 'Rate, short window',
      state: 'State',
      burning: 'Burning',
      quiet: 'Quiet',
      cannotFire: 'Cannot burn at this objective',
      tooFew: 'Does not count below {{events}} events',
      unknown: 'No requests',
      pair: '{{long}} and {{short}}',
    },
    whatIf: {
      title: 'Try another target',
      help: 'What the budget and the alerts would have been, on the requests that really were. Nothing is changed.',
      slider: 'Usual targets',
      field: 'Target in %',
      wrong: 'Write a percentage between 0 and 100, for example 99.5.',
      act: 'Try this target',
      stop: 'Stop trying',
      figure: 'Figure',
      now: 'Now: {{target}}',
      tried: 'Tried: {{target}}',
      budget: 'Bad requests allowed',
      left: 'Error budget left',
      worst: 'Fastest hour',
      worstAt: '{{rate}} × until {{at}}',
      row: 'Alert of {{pair}}',
      quiet: 'Would not have fired',
      fired_one: 'Once, at {{at}}',
      fired_other: '{{count}} times, last at {{at}}',
      never: 'Could never fire',
      tooCoarse: 'Not known: the history is too coarse',
      basis:
        'Budget: of the whole window as it is now. Alerts and the fastest hour: over {{range}}, of which there is data for {{covered}}. {{missing}}',
      missing: 'What is not covered could have fired too.',
      whole: 'The range is covered.',
      answer: {
        keeps:
          'At {{target}} the promise would be kept, {{left}} of the error budget left; {{alerts}}',
        fails:
          'At {{target}} the promise would not be kept: {{times}} times the error budget spent; {{alerts}}',
        unknown: 'At {{target}} it cannot be judged: there were no requests',
        alerts: 'alerts in the time range: {{tried}}, now {{now}}',
      },
    },
    explain: {
      title: 'Explain these numbers',
      measured: 'Measured = 1 − bad ÷ all',
      budget: 'Error budget = (1 − objective) × all',
      left: 'Error budget left = 1 − bad ÷ error budget',
      burn: 'Burn rate of the last hour = bad ÷ all ÷ (1 − objective)',
      forecast:
        'How long the budget lasts assumes that requests and bad requests go on as in the last hour, and that those of before leave the window evenly as they grow old.',
      sums: 'Counts of all callers and versions are summed, then divided; ratios are never averaged.',
      events:
        'Requests in a window are the sum of the recorded rates times {{seconds}} s, the interval at which they are recorded. A gap counts as no requests.',
      weighted:
        'Measured = Σ weight × measured of the part ÷ Σ weight; written as counts, bad = Σ weight × bad ÷ all and all = Σ weight',
      counted: {
        seconds:
          'Counted are seconds: at each interval the value is compared with the limit of the objective.',
        slices:
          'Counted are slices of time, each once, however many requests it had; a slice without requests is neither good nor bad.',
        weights:
          'Within a part counts are summed, then divided; between parts the weights say what traffic cannot.',
      },
      window: 'Window',
      bad: 'Bad',
      all: 'All',
      queries: 'Queries of the whole window',
      countedGood: 'Good requests',
      countedBad: 'Bad requests',
      coverage:
        'There is data for {{covered}} of {{window}}, known to {{resolution}}.',
      source: 'Asked: {{url}}',
    },
    definition: {
      title: 'Definition',
      file: '{{file}}, line {{line}}',
      policies: 'Alert policies',
      policiesHelp: 'alerts of Prometheus, by the generated rules',
      unsupported: 'Kept, not evaluated yet',
    },
    lint: {
      title: 'Checked for mistakes',
      clean: 'Nothing was found.',
      unchecked: 'Not looked at, since Prometheus did not tell: {{codes}}',
      todo: 'What to do: {{fix}}',
      severity: { error: 'Error', warning: 'Warning', info: 'Good to know' },
      name: {
        'row-never-fires': 'rows that never fire',
        'row-inside-budget': 'rows inside the budget',
        'condition-never-fires': 'conditions that never fire',
        'condition-inside-budget': 'conditions inside the budget',
        'slice-too-coarse': 'slices too coarse',
        'slice-fires-alone': 'slices that fire alone',
        'guard-too-low': 'guard too low',
        'row-muted': 'rows muted by low traffic',
        'metric-absent': 'absent metrics',
        'good-above-total': 'more counted than there are',
        'bucket-missing': 'missing bucket',
        'history-short': 'short history',
      },
      what: {
        'row-never-fires':
          'The alert of {{long}} and {{short}} can never fire: at an objective of {{target}} the burn rate is at most {{highest}}, and the row needs more than {{factor}}.',
        'row-inside-budget':
          'There is no alert of {{long}}: in a window of {{period}} its factor is {{factor}}, so that it would fire although the budget lasts.',
        'condition-never-fires':
          'Alert policy {{policy}} can never alert: its threshold is {{threshold}}, and at an objective of {{target}} the burn rate is at most {{highest}}.',
        'condition-inside-budget':
          'Alert policy {{policy}} alerts although the budget lasts: its threshold is {{threshold}}, below 1.',
        'slice-too-coarse':
          'There is no alert of {{long}} and {{short}}: slices of {{slice}} do not fit into it.',
        'slice-fires-alone':
          'One bad slice alone fires the alert of {{long}}: it has {{slices}} slices.',
        'guard-too-low':
          'From {{guard}} events on, one bad event alone fires the alert of {{long}}; it takes {{needed}} so that it does not.',
        'row-muted':
          'The alert of {{long}} is silent at this traffic: there are about {{events}} events, and it counts from {{guard}} on.',
        'metric-absent': 'Prometheus has no series of {{part}}: {{query}}',
        'good-above-total':
          'More events are counted ({{part}}) than there are: the two queries do not belong together.',
        'bucket-missing':
          'The limit {{limit}} matches {{matching}} buckets, and must match one. There are {{bounds}}.',
        'history-short':
          'There is data for {{covered}} of {{window}}; until there is more, the figures move more.',
      },
      fix: {
        'row-never-fires':
          'Nothing, if slower alerts are enough; else a stricter objective, or a longer window.',
        'row-inside-budget':
          'Nothing, or a longer window if slow burning should alert.',
        'condition-never-fires':
          'Lower the threshold of the condition, or make the objective stricter.',
        'condition-inside-budget': 'Raise the threshold of the condition to 1.',
        'slice-too-coarse': 'Choose a shorter timeSliceWindow, for example 1m.',
        'slice-fires-alone':
          'Choose a shorter timeSliceWindow or a less strict objective.',
        'guard-too-low':
          'Raise shopfloor.dev/minimum-events, or take it away: each alert then has its own.',
        'row-muted':
          'Nothing, if slower alerts are enough; else count over several services, or send requests of your own.',
        'metric-absent':
          'Check the query, and whether the service serves requests in this environment.',
        'good-above-total':
          'Give both queries the same labels; the counted ones are a part of all.',
        'bucket-missing':
          'Use a limit that is a bucket, or give the histogram a bucket there.',
        'history-short': 'Nothing: it grows by itself.',
      },
    },
    problems: {
      title_one: '{{count}} finding in {{file}}',
      title_other: '{{count}} findings in {{file}}',
      unreadable: '{{file}} cannot be read',
      older: 'The last right definition is in use.',
      line: 'Line {{line}}',
      severity: {
        error: 'Error',
        unsupported: 'Not evaluated',
        warning: 'Warning',
      },
      elsewhere_one: '{{count}} file of SLOs needs a correction',
      elsewhere_other: '{{count}} files of SLOs need a correction',
    },
    picker: { slo: 'SLO', objective: 'Objective' },
    unknownEnvironment:
      'There are no SLOs of this entity in the environment "{{name}}".',
    showAll: 'Show those there are',
    list: {
      answer: {
        failing_one: '{{count}} SLO does not keep its promise',
        failing_other: '{{count}} SLOs do not keep their promise',
        'at-risk_one': '{{count}} SLO is at risk',
        'at-risk_other': '{{count}} SLOs are at risk',
        stale_one: '{{count}} SLO is not observed any more',
        stale_other: '{{count}} SLOs are not observed any more',
        unknown_one: '{{count}} SLO cannot be judged',
        unknown_other: '{{count}} SLOs cannot be judged',
        ok_one: 'The one SLO keeps its promise',
        ok_other: 'All {{count}} SLOs keep their promise',
      },
      column: {
        state: 'State',
        slo: 'SLO',
        environment: 'Environment',
        objective: 'Objective',
        measured: 'Measured',
        left: 'Budget left',
        burn: 'Burn rate, last hour',
        observed: 'Observed',
      },
      filter: {
        owner: 'Owner',
        system: 'System',
        tag: 'Tag',
        environment: 'Environment',
        state: 'State',
        all: 'All',
        clear: 'Clear filters',
      },
      nothing: 'No SLO matches these filters',
      nothingHelp: 'Take a filter away to see more.',
      previous: 'Previous',
      next: 'Next',
      page: '{{from}} to {{to}} of {{total}}',
    },
    empty: {
      title: 'No promise is made here yet',
      description:
        'An SLO says how well a service serves, for example 99.9 % of requests without an error in 30 days. Put a slo.yaml beside catalog-info.yaml and name it in the annotation shopfloor.dev/slo. It shows here within a minute.',
      listTitle: 'No SLOs yet',
    },
    card: {
      title: 'SLOs',
      more: 'All about it',
      none: 'No promise is made here yet.',
    },
    attention: {
      source: 'SLOs',
      title: '{{slo}} of {{entity}} in {{environment}}',
    },
  },
  translations: { 'zh-CN': () => import('./zh-CN') },
});

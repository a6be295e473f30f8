import { Environment } from '@shopfloor/plugin-environments-common';
import { PrometheusClient } from '@shopfloor/plugin-environments-node';
import {
  attributeBudget,
  ChangeAttribution,
  errorBudget,
  LookedAt,
  declaredSpans,
  SloEvent,
  SloEvents,
  SloSummary,
  TimeRange,
} from '@shopfloor/plugin-slo-common';
import { SloRequest } from '../service/SloService';
import { StoredSlo } from '../store/SloStore';
import { ChangeLog, LoggedChange, LoggedIncident } from './ChangeLog';
import { iso } from './iso';
import { readLateMaintenance } from './lateMaintenance';
import { PastBuckets, readBuckets } from './readBuckets';

/** How long after a change consumed budget is attributed to it, at most. */
export const ATTRIBUTED_SECONDS = 3600;

/** More lines than these make an axis unreadable. */
const MAX_EVENTS = 50;

/** What {@link readEvents} needs. */
export interface ReadEventsOptions {
  slo: StoredSlo;
  summary: SloSummary;
  range: TimeRange;
  objective: number;
  environment: Environment;
  client: PrometheusClient;
  log: ChangeLog;
  now: Date;
}

/** Changes, incidents and maintenance in a range, with the budget that was consumed after each change. */
export async function readEvents(
  options: ReadEventsOptions,
  request: SloRequest,
): Promise<Omit<SloEvents, keyof LookedAt>> {
  const { slo, environment, log } = options;
  const { from, to } = options.range;
  const answer = await log.ask(
    {
      entityRefs: [slo.entityRef],
      environment: environment.name,
      from: new Date(from * 1000),
      to: new Date(to * 1000),
      maximum: MAX_EVENTS,
    },
    request,
  );
  const inRange = answer.changes.filter(
    ({ startedAt }) => startedAt.getTime() / 1000 >= from,
  );
  const attributions =
    inRange.length > 0 ? await attribute(options, inRange, to) : [];
  const result = options.summary.objectives[options.objective];
  const events = [
    ...answer.changes.map(change => presentChange(change, attributions)),
    ...answer.incidents.map(presentIncident),
  ].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  return {
    log: answer.state,
    events,
    truncated:
      answer.changesTotal > answer.changes.length ||
      answer.incidentsTotal > answer.incidents.length,
    maintenance: declaredSpans(slo.maintenance, { from, to }).map(span => ({
      // Spans are what follows their start.
      from: iso(span.from + 1),
      to: iso(span.to),
    })),
    lateMaintenance:
      result &&
      (await readLateMaintenance({ ...options, result }).catch(
        () => undefined,
      )),
    afterSeconds: ATTRIBUTED_SECONDS,
  };
}

async function attribute(
  options: ReadEventsOptions,
  changes: LoggedChange[],
  to: number,
): Promise<ChangeAttribution[]> {
  const { slo, summary, range, objective } = options;
  const { definition } = slo;
  if (definition.journey || definition.composite) {
    // What a weighted whole consumed in a stretch is no sum of what its parts did.
    return [];
  }
  const bucketSeconds = Math.max(
    range.bucketSeconds,
    definition.objectives[objective]?.timeSliceSeconds ?? 0,
  );
  const past = await readBuckets({
    ...options,
    end: Math.floor(to / bucketSeconds) * bucketSeconds,
    length: Math.max(1, Math.floor(range.seconds / bucketSeconds)),
    bucketSeconds,
  }).catch((): PastBuckets | undefined => undefined);
  if (!past) {
    // What happened is shown all the same; what was consumed is not known while Prometheus does not answer.
    return [];
  }
  const result = summary.objectives[objective];
  return attributeBudget({
    ...past,
    changes: changes.map(({ id, startedAt }) => ({
      id,
      at: startedAt.getTime() / 1000,
    })),
    afterSeconds: ATTRIBUTED_SECONDS,
    budget: result && errorBudget(result.counts.total, result.target),
  });
}

function presentChange(
  change: LoggedChange,
  attributions: ChangeAttribution[],
): SloEvent {
  const found = attributions.find(({ ids }) => ids.includes(change.id));
  return {
    id: change.id,
    kind: 'change',
    changeKind: change.kind,
    title: change.title,
    summary: change.summary,
    at: change.startedAt.toISOString(),
    endedAt: change.endedAt?.toISOString(),
    outcome: change.outcome,
    who: change.who,
    href: change.url,
    ...(found && {
      consumed: {
        from: iso(found.from),
        to: iso(found.to),
        counts: found.counts,
        share: found.share,
        coverageSeconds: found.coverageSeconds,
        sharedBy: found.ids.length,
      },
    }),
  };
}

/** An incident on a time axis. */
export function presentIncident(incident: LoggedIncident): SloEvent {
  return {
    id: incident.id,
    kind: 'incident',
    title: incident.title,
    summary: incident.summary,
    at: incident.openedAt.toISOString(),
    endedAt: incident.closedAt?.toISOString(),
    outcome: incident.closedAt ? 'closed' : 'open',
  };
}

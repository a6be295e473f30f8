import { assertError, InputError } from '@backstage/errors';
import { Environment } from '@shopfloor/plugin-environments-common';
import {
  CalendarPeriod,
  countedUnit,
  declaredSpans,
  excludedSeconds,
  judgePeriod,
  PeriodPart,
  PeriodVerdict,
  ReportedLog,
  ReportedObjective,
  ReportedSlo,
  RollUpBy,
  SloReport,
  SloSummary,
} from '@shopfloor/plugin-slo-common';
import { PrometheusClients } from '../evaluation/PrometheusClients';
import { SloRequest } from '../service/SloService';
import { StoredSlo } from '../store/SloStore';
import { ChangeLog, ChangeLogAnswer } from './ChangeLog';
import { presentIncident } from './events';
import { iso } from './iso';
import { readBuckets } from './readBuckets';
import { CountedPart, partsOf } from './reportParts';

/** 31 days of these are 8,928 points; Prometheus answers at most 11,000. */
const BUCKET_SECONDS = 300;

/** A report reads a month of each. */
const MAX_SLOS = 100;

/** Changes that are counted by kind. */
const MAX_CHANGES = 1_000;

/** What {@link writeReport} needs. */
export interface WriteReportOptions {
  by: RollUpBy;
  ref: string;
  title?: string;
  environment?: string;
  month: string;
  period: CalendarPeriod;
  timeZone: string;
  /** Those to report, as the person sees them. */
  summaries: SloSummary[];
  /** Every SLO, by id: steps of journeys may belong to others. */
  stored: ReadonlyMap<string, StoredSlo>;
  environments: Environment[];
  clients: PrometheusClients;
  log: ChangeLog;
  now: Date;
}

/**
 * Reports a month. Each objective is judged over the month as one window, whatever its own window is.
 *
 * @throws InputError when there are more SLOs than one report holds
 */
export async function writeReport(
  options: WriteReportOptions,
  request: SloRequest,
): Promise<SloReport> {
  const { by, ref, title, environment, month, timeZone, summaries } = options;
  if (summaries.length > MAX_SLOS) {
    throw new InputError(
      `ref: ${ref} has ${summaries.length} SLOs, and a report holds ${MAX_SLOS}. Choose a team or system below it, or an environment`,
    );
  }
  const to = Math.min(options.period.to, options.now.getTime() / 1000);
  const [slos, log] = await Promise.all([
    Promise.all(
      summaries.map(summary =>
        reportSlo(options, options.stored.get(summary.id)!, summary, to),
      ),
    ),
    reportLog(options, to, request),
  ]);
  const verdicts: Record<PeriodVerdict, number> = {
    kept: 0,
    broken: 0,
    unknown: 0,
  };
  slos.forEach(({ objectives }) => {
    verdicts[worstVerdict(objectives)] += 1;
  });
  return {
    by,
    ref,
    title,
    environment,
    month,
    timeZone,
    from: iso(options.period.from),
    to: iso(to),
    complete: to === options.period.to,
    writtenAt: options.now.toISOString(),
    verdicts,
    slos,
    log,
  };
}

/** An SLO is kept when every objective of it is. */
function worstVerdict(objectives: ReportedObjective[]): PeriodVerdict {
  return (
    (['broken', 'unknown', 'kept'] as const).find(verdict =>
      objectives.some(objective => objective.verdict === verdict),
    ) ?? 'unknown'
  );
}

async function reportSlo(
  options: WriteReportOptions,
  slo: StoredSlo,
  summary: SloSummary,
  to: number,
): Promise<ReportedSlo> {
  const { definition } = slo;
  const objectives = partsOf(slo, options.stored);
  return {
    id: slo.id,
    name: definition.name,
    displayName: definition.displayName,
    entityRef: slo.entityRef,
    environment: slo.environment,
    unit: countedUnit(definition),
    objectives: await Promise.all(
      objectives.map(({ displayName, target, parts }) =>
        reportObjective(options, {
          slo,
          parts,
          displayName,
          target: summary.objectives[0]?.parts
            ? summary.objectives[0].target
            : target,
          to,
        }),
      ),
    ),
  };
}

async function reportObjective(
  options: WriteReportOptions,
  of: {
    slo: StoredSlo;
    parts: CountedPart[] | string;
    displayName?: string;
    target: number;
    to: number;
  },
): Promise<ReportedObjective> {
  const { period, timeZone } = options;
  const { slo, parts, displayName, target, to } = of;
  const span = { from: period.from, to };
  const maintenanceSeconds = excludedSeconds(
    span,
    declaredSpans(slo.maintenance, span),
  );
  const periodSeconds = Math.max(0, to - period.from - maintenanceSeconds);
  const judge = (counted: PeriodPart[], bucketSeconds: number) => ({
    ...judgePeriod({
      parts: counted,
      bucketSeconds,
      target,
      periodSeconds,
      timeZone,
    }),
    displayName,
    target,
    maintenanceSeconds,
  });
  const failed = (failure: string) => ({
    ...judge([], BUCKET_SECONDS),
    failure,
  });
  if (typeof parts === 'string') {
    return failed(parts);
  }
  const bucketSeconds = Math.max(
    BUCKET_SECONDS,
    ...parts.map(
      part =>
        part.slo.definition.objectives[part.objective]?.timeSliceSeconds ?? 0,
    ),
  );
  const length = Math.floor((to - period.from) / bucketSeconds);
  if (length === 0) {
    return failed('The month has only just begun');
  }
  try {
    const counted = await Promise.all(
      parts.map(async part => {
        const environment = options.environments.find(
          ({ name }) => name === part.slo.environment,
        );
        if (!environment) {
          throw new InputError(
            `There is no environment "${part.slo.environment}" any more`,
          );
        }
        const past = await readBuckets({
          slo: part.slo,
          objective: part.objective,
          end: period.from + length * bucketSeconds,
          length,
          bucketSeconds,
          environment,
          client: options.clients.of(environment),
        });
        return { ...past, target: part.target, weight: part.weight };
      }),
    );
    return judge(counted, bucketSeconds);
  } catch (error) {
    assertError(error);
    return failed(error.message);
  }
}

async function reportLog(
  options: WriteReportOptions,
  to: number,
  request: SloRequest,
): Promise<ReportedLog> {
  const { summaries, environment, period, log } = options;
  const entityRefs = [...new Set(summaries.map(({ entityRef }) => entityRef))];
  if (entityRefs.length === 0) {
    return { state: 'connected', changes: [], changesTotal: 0, incidents: [] };
  }
  const answer = await log.ask(
    {
      entityRefs,
      environment,
      from: new Date(period.from * 1000),
      to: new Date(to * 1000),
      maximum: MAX_CHANGES,
    },
    request,
  );
  if (answer.state !== 'connected') {
    return { state: answer.state };
  }
  return {
    state: answer.state,
    changes: byKind(answer),
    changesTotal: answer.changesTotal,
    changesTruncated: answer.changesTotal > answer.changes.length,
    incidents: answer.incidents.map(presentIncident),
    incidentsTotal: answer.incidentsTotal,
    restore: answer.restore,
  };
}

function byKind(answer: ChangeLogAnswer): ReportedLog['changes'] {
  const kinds = new Map<string, { count: number; failed: number }>();
  for (const { kind, outcome } of answer.changes) {
    const counted = kinds.get(kind) ?? { count: 0, failed: 0 };
    counted.count += 1;
    counted.failed += outcome === 'failed' ? 1 : 0;
    kinds.set(kind, counted);
  }
  return [...kinds]
    .map(([kind, counted]) => ({ kind, ...counted }))
    .sort((a, b) => b.count - a.count);
}

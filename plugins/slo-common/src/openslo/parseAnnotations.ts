import {
  ENVIRONMENTS_ANNOTATION,
  JOURNEY_ANNOTATION,
  KNOWN_SLO_ANNOTATIONS,
  MAINTENANCE_ANNOTATION,
  MINIMUM_EVENTS_ANNOTATION,
  RUNBOOK_ANNOTATION,
  WINDOWS_ANNOTATION,
} from './constants';
import { DocumentReader } from './DocumentReader';
import { isCalendarDuration, parseDurationSeconds } from './duration';
import { parseMaintenance } from './maintenance';
import { isTimeZone, MINIMUM_WINDOW_SECONDS } from './parseTimeWindow';
import { JourneyStep, MaintenanceWindow, TimeWindow } from './types';

const PREFIX = 'shopfloor.dev/';
const JOURNEY_STEP =
  /^(?:(?<kind>[a-z]+):)?(?:(?<namespace>[a-z0-9][\w.-]*)\/)?(?<entity>[a-z0-9][\w.-]*)\/(?<slo>[a-z0-9][a-z0-9-]*)(?:\s*=\s*(?<weight>\d+(?:\.\d+)?))?$/i;

/** Start of the calendar windows of `shopfloor.dev/windows`: a Monday for weeks, the first of a year for the rest. */
const CALENDAR_START = '2001-01-01 00:00:00';

/** What the annotations of an SLO under our prefix say. */
export interface SloAnnotations {
  environments: string[];
  minimumEvents?: number;
  maintenance: MaintenanceWindow[];
  furtherWindows: TimeWindow[];
  journey?: JourneyStep[];
  runbook?: string;
}

/** Splits `production, staging` into names. */
export function parseEnvironmentList(text: string | undefined): string[] {
  return [
    ...new Set(
      (text ?? '')
        .split(',')
        .map(name => name.trim())
        .filter(Boolean),
    ),
  ];
}

/** Reads the annotations of an SLO. What is wrong is reported at the annotation. */
export function parseAnnotations(reader: DocumentReader): SloAnnotations {
  const path = ['metadata', 'annotations'];
  const annotations = reader.map(path) ?? {};
  for (const key of Object.keys(annotations)) {
    if (key.startsWith(PREFIX) && !KNOWN_SLO_ANNOTATIONS.includes(key)) {
      reader.report(
        'warning',
        [...path, key],
        `There is no annotation ${key} for an SLO; there are ${KNOWN_SLO_ANNOTATIONS.join(', ')}`,
      );
    }
  }
  const text = (annotation: string) => reader.text([...path, annotation]);
  const error = (annotation: string, message: string) =>
    reader.report('error', [...path, annotation], message);
  return {
    environments: parseEnvironmentList(text(ENVIRONMENTS_ANNOTATION)),
    minimumEvents: parseMinimumEvents(text(MINIMUM_EVENTS_ANNOTATION), error),
    maintenance: readMaintenance(text(MAINTENANCE_ANNOTATION), error),
    furtherWindows: parseFurtherWindows(text(WINDOWS_ANNOTATION), error),
    journey: parseJourney(text(JOURNEY_ANNOTATION), error),
    runbook: parseRunbook(text(RUNBOOK_ANNOTATION), error),
  };
}

type Report = (annotation: string, message: string) => void;

function parseMinimumEvents(text: string | undefined, error: Report) {
  if (text !== undefined && !/^\d{1,12}$/.test(text)) {
    error(
      MINIMUM_EVENTS_ANNOTATION,
      `"${text}" is not a number of events. Write for example "100", or "0" for no guard`,
    );
    return undefined;
  }
  return text === undefined ? undefined : Number(text);
}

function readMaintenance(text: string | undefined, error: Report) {
  return parseMaintenance(text ?? '').flatMap(entry => {
    if ('window' in entry) {
      return [entry.window];
    }
    error(
      MAINTENANCE_ANNOTATION,
      `Entry in line ${entry.line}: ${entry.message}`,
    );
    return [];
  });
}

function parseFurtherWindows(text: string | undefined, error: Report) {
  return parseEnvironmentList(text).flatMap((entry): TimeWindow[] => {
    const [duration, timeZone, ...rest] = entry.split('@');
    const durationSeconds = parseDurationSeconds(duration);
    if (rest.length === 0 && timeZone === undefined) {
      if (durationSeconds && durationSeconds >= MINIMUM_WINDOW_SECONDS) {
        return [{ kind: 'rolling', duration, durationSeconds }];
      }
    } else if (
      rest.length === 0 &&
      isTimeZone(timeZone) &&
      (isCalendarDuration(duration) || durationSeconds)
    ) {
      return [
        { kind: 'calendar', duration, startTime: CALENDAR_START, timeZone },
      ];
    }
    error(
      WINDOWS_ANNOTATION,
      `"${entry}" is not a window. Write for example 7d (rolling), or 1M@Europe/Berlin (the month in that time zone)`,
    );
    return [];
  });
}

function parseJourney(text: string | undefined, error: Report) {
  if (text === undefined) {
    return undefined;
  }
  const seen = new Set<string>();
  return text
    .split(/[\n,]/)
    .map(line => line.trim())
    .filter(Boolean)
    .flatMap((line): JourneyStep[] => {
      const groups = JOURNEY_STEP.exec(line)?.groups;
      const weight = Number(groups?.weight ?? 1);
      if (!groups || !(weight > 0)) {
        error(
          JOURNEY_ANNOTATION,
          `"${line}" is not a step. Write <entity>/<slo> and a weight above 0, for example cart/cart-availability = 2`,
        );
        return [];
      }
      const { kind = 'component', namespace = 'default', entity } = groups;
      const entityRef = `${kind}:${namespace}/${entity}`.toLocaleLowerCase(
        'en-US',
      );
      const key = `${entityRef} ${groups.slo}`;
      if (seen.has(key)) {
        error(JOURNEY_ANNOTATION, `"${line}" is a step twice`);
      }
      seen.add(key);
      return [{ entityRef, slo: groups.slo, weight }];
    });
}

function parseRunbook(text: string | undefined, error: Report) {
  if (text !== undefined && !/^https?:\/\/\S+$/.test(text)) {
    error(RUNBOOK_ANNOTATION, `"${text}" is not an http(s) address`);
    return undefined;
  }
  return text;
}

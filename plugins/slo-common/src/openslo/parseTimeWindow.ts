import { DateTime } from 'luxon';
import { DocumentReader, Path } from './DocumentReader';
import { isCalendarDuration, parseDurationSeconds } from './duration';
import { TimeWindow } from './types';

const START_TIME = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/;

/** Shorter windows say nothing that an alert row does not. */
export const MINIMUM_WINDOW_SECONDS = 3600;

/** True for a name of the IANA time zone database. */
export function isTimeZone(timeZone: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone }));
  } catch {
    return false;
  }
}

/** Reads `spec.timeWindow`. */
export function parseTimeWindow(
  reader: DocumentReader,
): TimeWindow | undefined {
  const path = ['spec', 'timeWindow'];
  const windows = reader.list(path, { required: true });
  if (windows.length === 0) {
    return undefined;
  }
  if (windows.length > 1) {
    reader.report(
      'error',
      [...path, 1],
      'OpenSLO v1 allows exactly one time window; more go into the annotation shopfloor.dev/windows',
    );
    return undefined;
  }
  const first = [...path, 0];
  if (!reader.map(first, { required: true })) {
    return undefined;
  }
  reader.knownKeys(first, ['duration', 'isRolling', 'calendar']);
  const durationPath = [...first, 'duration'];
  const duration = reader.text(durationPath, { required: true });
  if (!duration) {
    return undefined;
  }
  if (reader.get([...first, 'calendar']) !== undefined) {
    return parseCalendar(reader, first, duration);
  }
  if (reader.get([...first, 'isRolling']) !== true) {
    reader.report(
      'error',
      [...first, 'isRolling'],
      'A window is rolling (isRolling: true) or has a calendar',
    );
    return undefined;
  }
  const durationSeconds = parseDurationSeconds(duration);
  if (durationSeconds === undefined) {
    reader.report(
      'error',
      durationPath,
      isCalendarDuration(duration)
        ? `A rolling window needs a fixed length; "${duration}" has none. Write days or weeks, for example 30d`
        : `"${duration}" is not a duration. Write for example 30d, 4w or 12h`,
    );
    return undefined;
  }
  if (durationSeconds < MINIMUM_WINDOW_SECONDS) {
    reader.report('error', durationPath, 'The shortest window is 1h');
    return undefined;
  }
  return { kind: 'rolling', duration, durationSeconds };
}

function parseCalendar(
  reader: DocumentReader,
  path: Path,
  duration: string,
): TimeWindow | undefined {
  const calendar = [...path, 'calendar'];
  if (!reader.map(calendar, { required: true })) {
    return undefined;
  }
  reader.knownKeys(calendar, ['startTime', 'timeZone']);
  const startTime = reader.text([...calendar, 'startTime'], { required: true });
  const timeZone = reader.text([...calendar, 'timeZone'], { required: true });
  if (reader.get([...path, 'isRolling']) === true) {
    reader.report(
      'error',
      [...path, 'isRolling'],
      'A window with a calendar cannot be rolling',
    );
    return undefined;
  }
  const seconds = parseDurationSeconds(duration);
  if (!isCalendarDuration(duration) && !seconds) {
    reader.report(
      'error',
      [...path, 'duration'],
      `"${duration}" is not a duration. Write for example 1M, 1Q or 1w`,
    );
    return undefined;
  }
  if (seconds !== undefined && seconds < MINIMUM_WINDOW_SECONDS) {
    reader.report('error', [...path, 'duration'], 'The shortest window is 1h');
    return undefined;
  }
  if (!startTime || !timeZone) {
    return undefined;
  }
  if (!isTimeZone(timeZone)) {
    reader.report(
      'error',
      [...calendar, 'timeZone'],
      `"${timeZone}" is not a time zone of the IANA database`,
    );
    return undefined;
  }
  if (
    !START_TIME.test(startTime) ||
    !DateTime.fromSQL(startTime, { zone: timeZone }).isValid
  ) {
    reader.report(
      'error',
      [...calendar, 'startTime'],
      'startTime is a date and time written as YYYY-MM-DD hh:mm:ss',
    );
    return undefined;
  }
  return { kind: 'calendar', duration, startTime, timeZone };
}

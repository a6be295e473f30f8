import {
  BURN_NOW_SECONDS,
  DataNote,
  SloDefinition,
  windowKey,
} from '@shopfloor/plugin-slo-common';
import { MeasuredPart, SavedMeasurement } from '../store/SloStore';
import { countsOf, isWhole, wholeCounts } from './wholeOf';

/** The points to keep of a measurement: one for each part, or one of the weighted whole. */
export function pointsOf(
  definition: SloDefinition,
  parts: MeasuredPart[],
): SavedMeasurement['points'] {
  const budget = windowKey(definition.timeWindow);
  const recent = String(BURN_NOW_SECONDS);
  const none = { bad: 0, total: 0 };
  if (isWhole(definition)) {
    const window = wholeCounts(definition, parts, budget);
    return window
      ? [
          {
            part: '0',
            window,
            recent: wholeCounts(definition, parts, recent) ?? none,
          },
        ]
      : [];
  }
  return parts.map(part => ({
    part: part.key,
    window: countsOf(part, budget) ?? none,
    recent: countsOf(part, recent) ?? none,
  }));
}

/** What a reader of the figures should know about the data. */
export function dataNotes(
  definition: SloDefinition,
  parts: MeasuredPart[],
): DataNote[] {
  const budget = windowKey(definition.timeWindow);
  const notes = new Set<DataNote>();
  for (const part of parts) {
    const window = part.windows.find(({ key }) => key === budget);
    if (!part.countedSeen) {
      notes.add('counted-series-absent');
    }
    if (
      window &&
      (window.bad < -1e-6 * window.total ||
        window.bad > window.total * (1 + 1e-6))
    ) {
      notes.add('counted-above-total');
    }
    if (!(window && window.total > 0)) {
      notes.add('no-events');
    }
  }
  return [...notes];
}

import { Change, ChangeKind } from '@shopfloor/plugin-audit-common';

/** A change as a mark; both ends are parts of the width, 0 to 1. */
export interface TimelineMark {
  change: Change;
  from: number;
  to: number;
}

/** Changes by kind over the time that they span. */
export interface Timeline {
  /** Milliseconds since the epoch. */
  from: number;
  to: number;
  lanes: Array<{ kind: ChangeKind; marks: TimelineMark[] }>;
}

/**
 * Places changes between the first beginning and now. What is under way lasts until now; what had no length stays a point.
 *
 * @returns undefined without changes
 */
export function placeOnTimeline(
  changes: Change[],
  now: number,
): Timeline | undefined {
  if (changes.length === 0) {
    return undefined;
  }
  const from = Math.min(
    ...changes.map(({ startedAt }) => Date.parse(startedAt)),
  );
  const to = Math.max(
    now,
    from + 1,
    ...changes.map(({ startedAt }) => Date.parse(startedAt)),
  );
  const at = (time: number) =>
    Math.min(1, Math.max(0, (time - from) / (to - from)));
  const kinds = [...new Set(changes.map(({ kind }) => kind))].sort();
  return {
    from,
    to,
    lanes: kinds.map(kind => ({
      kind,
      marks: changes
        .filter(change => change.kind === kind)
        .map(change => {
          const start = Date.parse(change.startedAt);
          const under = change.outcome === 'in-progress';
          const end = change.endedAt
            ? Date.parse(change.endedAt)
            : (under && to) || start;
          return { change, from: at(start), to: at(Math.max(start, end)) };
        }),
    })),
  };
}

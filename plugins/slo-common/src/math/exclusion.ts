import { budgetLeft, EventCounts, serviceLevel } from './budget';
import { combineParts } from './composite';

/** What is counted for an objective, or for one part of a weighted whole. */
export interface ExclusionPart {
  target: number;
  weight: number;
  /** Of the window of the budget. */
  window: EventCounts;
  /** Of that stretch of the window that is or would be left out. */
  stretch: EventCounts;
}

/** A budget one way. */
export interface BudgetFigures {
  /** Absent of a weighted whole of which a part has no events. */
  counts?: EventCounts;
  serviceLevel?: number;
  budgetLeft?: number;
}

/** A budget both ways. */
export interface BothBudgets {
  /** As if the stretch counted. */
  counted: BudgetFigures;
  /** Without it. */
  excluded: BudgetFigures;
  /** What happened in it; absent of a weighted whole, whose parts cannot be added. */
  stretch?: EventCounts;
}

/**
 * The budget with a past stretch and without. Counts are added or taken away within a part; a weighted whole is then told
 * as `combineParts` says.
 *
 * @param options - `windowHolds` says whether the counts of the window have the stretch in them
 */
export function excludeStretch(options: {
  parts: ExclusionPart[];
  /** Of the objective, or of the whole. */
  target: number;
  weighted: boolean;
  windowHolds: boolean;
}): BothBudgets {
  const { parts, target, weighted, windowHolds } = options;
  const told = (sign: -1 | 0 | 1): BudgetFigures => {
    const each = parts.map(({ window, stretch, ...part }) => ({
      ...part,
      counts: bounded({
        bad: window.bad + sign * stretch.bad,
        total: window.total + sign * stretch.total,
      }),
    }));
    const counts = weighted ? combineParts(each).counts : each[0]?.counts;
    if (!counts) {
      return {};
    }
    return {
      counts,
      serviceLevel: serviceLevel(counts),
      budgetLeft: budgetLeft(counts, target),
    };
  };
  return {
    counted: told(windowHolds ? 0 : 1),
    excluded: told(windowHolds ? -1 : 0),
    ...(!weighted && parts[0] && { stretch: bounded(parts[0].stretch) }),
  };
}

function bounded({ bad, total }: EventCounts): EventCounts {
  const all = Math.max(0, total);
  return { bad: Math.min(Math.max(0, bad), all), total: all };
}

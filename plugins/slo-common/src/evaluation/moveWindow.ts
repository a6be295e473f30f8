import { TimeSpan } from './windows';

const HOUR = 3600;
const DAY = 24 * HOUR;

/** Spans up to here are counted whole each time. */
const SHORT_SECONDS = 2 * HOUR;

/** The trailing edge of a long window moves in steps of this share of it, so that not every round asks for what leaves. */
const EDGE_SHARE = 1 / 2000;

/** What is known of a window from before. */
export interface KnownSpan extends TimeSpan {
  /** When it was last counted as a whole, unix seconds; absent when it was taken from a recorded window. */
  anchoredAt?: number;
}

/** How the counts of a window are told at a moment. */
export type WindowStep =
  /** There is nothing in it yet. */
  | { kind: 'empty' }
  /** Nothing came to an end since. */
  | { kind: 'keep' }
  /** Count all of it. */
  | { kind: 'whole' }
  /** Add what came, and take away what left. */
  | { kind: 'move'; arrived: TimeSpan; left?: TimeSpan };

/**
 * The cheapest exact way to the counts of a window from what was known of it: `N(now) = N(then) + events that came - events
 * that left`. A long window is counted whole when nothing is known of it, when what is known is of another run of a
 * calendar window, and once a day, so that nothing that was recorded late is missing for longer.
 *
 * @param options - `spread` is from 0 to 1 and different between SLOs, so that they are not all counted whole at once
 */
export function stepWindow(options: {
  span: TimeSpan;
  known?: KnownSpan;
  rolling: boolean;
  intervalSeconds: number;
  /** Unix seconds. */
  at: number;
  spread: number;
}): WindowStep {
  const { span, known, rolling, at, spread } = options;
  const seconds = span.to - span.from;
  if (seconds <= 0) {
    return { kind: 'empty' };
  }
  if (
    seconds <= SHORT_SECONDS ||
    known?.anchoredAt === undefined ||
    at - known.anchoredAt > DAY * (1 + spread) ||
    known.to > span.to ||
    known.to <= span.from ||
    known.from > span.from ||
    (!rolling && known.from !== span.from)
  ) {
    return { kind: 'whole' };
  }
  if (known.to === span.to) {
    return { kind: 'keep' };
  }
  const edge = Math.max(options.intervalSeconds, seconds * EDGE_SHARE);
  return {
    kind: 'move',
    arrived: { from: known.to, to: span.to },
    ...(span.from - known.from >= edge && {
      left: { from: known.from, to: span.from },
    }),
  };
}

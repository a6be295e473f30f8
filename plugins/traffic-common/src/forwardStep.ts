import { ShareChange, movedShare } from './change';

/**
 * The largest share of all requests that one step sends forward, to a newer version; 0 to 1. Going back is 0, however much
 * goes back.
 *
 * With versions in their order, `F(k)` is the share of requests that versions as new as `k` or newer serve. The step is the
 * greatest growth of `F` over all `k`: the least share of requests that has to move past some version to get from the one
 * state to the other. Where versions cannot be put in order, nothing is known to be going back, and all that moves counts.
 *
 * @param changes - every subset whose share changes
 * @param versionOf - the version of a subset; default its name
 * @public
 */
export function forwardStep(
  changes: readonly ShareChange[],
  versionOf: (subset: string) => string = subset => subset,
): number {
  const ordered = changes.map(({ subset, from, to }) => ({
    version: numbersOf(versionOf(subset)),
    gain: to - from,
  }));
  if (ordered.some(({ version }) => version === undefined)) {
    return movedShare(changes);
  }
  const step = Math.max(
    0,
    ...ordered.map(({ version: least }) =>
      ordered
        .filter(({ version }) => compare(version!, least!) >= 0)
        .reduce((sum, { gain }) => sum + gain, 0),
    ),
  );
  // What floating point leaves of shares that cancel out.
  return step < 1e-9 ? 0 : step;
}

/**
 * Whether a step is more than a limit in percentage points; what floating point adds to a sum of shares does not count.
 *
 * @public
 */
export function exceeds(step: number, limitPercent: number): boolean {
  return step * 100 > limitPercent + 1e-6;
}

/** The numbers of `v2`, `2.1` or `v1-10-0`; undefined for what is no version. */
function numbersOf(version: string): number[] | undefined {
  return /^v?\d+([.-]\d+)*$/i.test(version)
    ? version.replace(/^v/i, '').split(/[.-]/).map(Number)
    : undefined;
}

function compare(a: number[], b: number[]): number {
  const at = [...Array(Math.max(a.length, b.length)).keys()].find(
    index => (a[index] ?? 0) !== (b[index] ?? 0),
  );
  return at === undefined ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}

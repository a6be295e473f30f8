/** What the release gate of the SLOs says of a service; `unknown` is no go. @public */
export type GateDecision = 'go' | 'slow-down' | 'freeze' | 'unknown';

/** What the release gate has to do with a step forward. @public */
export interface ChangeGate {
  decision: GateDecision;
  /** Why, worst first, in the languages of the portal; empty with `go`. */
  reasons: Array<{ en: string; zh: string }>;
  /** The largest share that the step sends forward, 0 to 1. */
  step: number;
  /**
   * What comes of it in this environment: `pass` nothing, `tell` it is said and the step is made, `ask` the step asks through
   * approvals, `refuse` it is not made.
   */
  effect: 'pass' | 'tell' | 'ask' | 'refuse';
  /** Present when the gate did not answer, with what it said; the decision is `unknown` then. */
  unavailable?: string;
  /** With `slow-down`: no step should send more percentage points forward than this. */
  advisedStepPercent?: number;
  /** ISO 8601. */
  decidedAt: string;
}

/** Worst last. Unknown is worse than slow down: what is not seen may be a freeze. */
const SEVERITY: GateDecision[] = ['go', 'slow-down', 'unknown', 'freeze'];

/**
 * Whether the gate says worse than somebody knew who agreed to a step.
 *
 * @param known - what was shown then; `undefined` when nothing kept the step back
 * @public
 */
export function gateWorsened(
  known: Pick<ChangeGate, 'decision'> | undefined,
  now: Pick<ChangeGate, 'decision'>,
): boolean {
  return (
    SEVERITY.indexOf(now.decision) > SEVERITY.indexOf(known?.decision ?? 'go')
  );
}

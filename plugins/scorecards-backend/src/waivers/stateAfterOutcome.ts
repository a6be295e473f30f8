import { ApprovalOutcome } from '@shopfloor/plugin-approvals-common';
import { WaiverState } from '@shopfloor/plugin-scorecards-common';

/**
 * The state of a waiver after an outcome of its request for approval, or `undefined` when the outcome changes nothing: it was
 * applied before, or the waiver is over. Only what is granted lets a check off; what was let off and is objected to is revoked.
 */
export function stateAfterOutcome(options: {
  /** As of now. */
  state: WaiverState;
  outcome: Pick<ApprovalOutcome, 'outcome' | 'granted' | 'objected'>;
}): Exclude<WaiverState, 'waiting'> | undefined {
  const {
    state,
    outcome: { outcome, granted, objected },
  } = options;
  if (state === 'approved') {
    return objected ? 'revoked' : undefined;
  }
  if (state !== 'waiting' || outcome === 'superseded') {
    return undefined;
  }
  if (granted) {
    return 'approved';
  }
  return outcome === 'expired' || outcome === 'withdrawn' ? outcome : 'denied';
}

/** Where an exclusion stands. Only `excluded` changes a figure. */
export type ExclusionState =
  'waiting' | 'excluded' | 'denied' | 'withdrawn' | 'removed' | 'expired';

/** What can be done to one. */
export type ExclusionAct = 'withdraw' | 'remove';

/** What of an exclusion decides. */
export interface ExclusionFacts {
  state: ExclusionState;
  requestedBy: string;
}

/** Why an act is refused. */
export type ExclusionRefusal =
  /** It is not in a state where this can be done. */
  | 'wrong-state'
  /** Only who asked for it withdraws it. */
  | 'not-requester';

/** A stretch is not shorter, in seconds: rates are told over so much. */
export const MIN_EXCLUSION_SECONDS = 60;

/** A stretch is not longer, in seconds. */
export const MAX_EXCLUSION_SECONDS = 7 * 86_400;

const FROM: Record<ExclusionAct, ExclusionState> = {
  withdraw: 'waiting',
  remove: 'excluded',
};

const TO: Record<ExclusionAct, ExclusionState> = {
  withdraw: 'withdrawn',
  remove: 'removed',
};

/** The state after an act, or why it is refused. Nothing leaves a state in which it is over. */
export function actOnExclusion(options: {
  exclusion: ExclusionFacts;
  act: ExclusionAct;
  /** Entity ref of who acts. */
  by: string;
}): { state: ExclusionState } | { refusal: ExclusionRefusal } {
  const { exclusion, act, by } = options;
  if (exclusion.state !== FROM[act]) {
    return { refusal: 'wrong-state' };
  }
  if (act === 'withdraw' && by !== exclusion.requestedBy) {
    return { refusal: 'not-requester' };
  }
  return { state: TO[act] };
}

/**
 * The state after an outcome of its request for approval; `undefined` when the outcome changes nothing, since it was applied
 * before or the exclusion is over. Only what is granted excludes; what was excluded and is objected to counts again.
 */
export function exclusionAfterOutcome(options: {
  state: ExclusionState;
  outcome: { outcome: string; granted: boolean; objected: boolean };
}): Exclude<ExclusionState, 'waiting'> | undefined {
  const {
    state,
    outcome: { outcome, granted, objected },
  } = options;
  if (state === 'excluded') {
    return objected ? 'removed' : undefined;
  }
  if (state !== 'waiting' || outcome === 'superseded') {
    return undefined;
  }
  if (granted) {
    return 'excluded';
  }
  return outcome === 'expired' || outcome === 'withdrawn' ? outcome : 'denied';
}

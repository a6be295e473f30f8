import type { PartState } from './types.ts';

/** Which states may follow which; everything else is a fault of the supervisor. */
const TRANSITIONS: Record<PartState, readonly PartState[]> = {
  waiting: ['building', 'starting', 'restarting', 'failed', 'stopped'],
  building: ['starting', 'restarting', 'failed', 'stopped'],
  starting: ['ready', 'restarting', 'failed', 'stopped'],
  ready: ['unhealthy', 'restarting', 'failed', 'stopped'],
  unhealthy: ['ready', 'restarting', 'failed', 'stopped'],
  restarting: ['building', 'starting', 'failed', 'stopped'],
  failed: ['stopped'],
  stopped: [],
};

/** A part's state with the time and the reason of its last change. */
export interface PartCondition {
  state: PartState;
  since: Date;
  reason: string | undefined;
}

/**
 * Moves a part to another state. The same state again keeps `since` and takes the new reason.
 *
 * @throws Error on a transition that cannot happen
 */
export function transition(
  current: PartCondition,
  next: { state: PartState; reason?: string; at: Date },
): PartCondition {
  if (current.state === next.state) {
    return { ...current, reason: next.reason };
  }
  if (!TRANSITIONS[current.state].includes(next.state)) {
    throw new Error(`A part cannot go from ${current.state} to ${next.state}`);
  }
  return { state: next.state, since: next.at, reason: next.reason };
}

/** Whether `next` may follow `current`. */
export function mayFollow(current: PartState, next: PartState): boolean {
  return current === next || TRANSITIONS[current].includes(next);
}

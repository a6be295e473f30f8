/** The one vocabulary of states. `unknown` and `stale` are never good. `waiting` is waiting for a person. */
export type State =
  | 'ok'
  | 'at-risk'
  | 'failing'
  | 'unknown'
  | 'stale'
  | 'paused'
  | 'waiting'
  | 'running';

/** All states, the one that needs a person most first. */
export const statesByUrgency: readonly State[] = [
  'failing',
  'at-risk',
  'waiting',
  'stale',
  'unknown',
  'paused',
  'running',
  'ok',
];

/** Sorts the most urgent state first. */
export function compareStates(a: State, b: State): number {
  return statesByUrgency.indexOf(a) - statesByUrgency.indexOf(b);
}

/** The most urgent of several states; `undefined` when there is none. */
export function worstState(states: Iterable<State>): State | undefined {
  return [...states].sort(compareStates)[0];
}

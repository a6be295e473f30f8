/** What is injected for one route or dependency. Shares are 0 to 1. */
export interface FaultSpec {
  /** Added before the work, in milliseconds. */
  latencyMs: number;
  /** Refused with an error; the work is not done. */
  errorShare: number;
  /** Connection cut, or no answer waited for; the work is not done. */
  dropShare: number;
  /** Routes only: the work is done, and then the connection is cut, so that the caller cannot know. */
  dropAnswerShare: number;
}

/** Nothing is injected. */
export const NO_FAULT: FaultSpec = Object.freeze({
  latencyMs: 0,
  errorShare: 0,
  dropShare: 0,
  dropAnswerShare: 0,
});

/** More would only tie up sockets of the drill itself. */
const MAX_LATENCY_MS = 60_000;

/** What happens to one call, besides the latency. */
export type FaultMode = 'none' | 'error' | 'drop' | 'drop-answer';

/** A flag's value as a fault; what is malformed in it counts as nothing, since a drill must not do more than was asked. */
export function parseFaultSpec(value: Record<string, unknown>): FaultSpec {
  const within = (name: string, max: number) => {
    const given = value[name];
    return typeof given === 'number' && given > 0 ? Math.min(given, max) : 0;
  };
  return {
    latencyMs: within('latencyMs', MAX_LATENCY_MS),
    errorShare: within('errorShare', 1),
    dropShare: within('dropShare', 1),
    dropAnswerShare: within('dropAnswerShare', 1),
  };
}

/** Chooses what happens to a call from one random number in [0, 1): the shares lie side by side. */
export function chooseFault(spec: FaultSpec, random: number): FaultMode {
  let bound = spec.errorShare;
  if (random < bound) {
    return 'error';
  }
  bound += spec.dropShare;
  if (random < bound) {
    return 'drop';
  }
  bound += spec.dropAnswerShare;
  return random < bound ? 'drop-answer' : 'none';
}

/**
 * Restart back-off of a container, by the faster decay of KEP-4603 (1 s doubling to 60 s), since a person
 * waits in front of this cluster. Kubernetes' classic numbers are 10 s and 300 s.
 */
export const firstDelayMs = 1_000;
/** The longest wait between two restarts. */
export const longestDelayMs = 60_000;
/** A run this long forgives earlier crashes (the kubelet's rule). */
export const forgivenAfterMs = 600_000;

/** How often a container fell over lately. */
export interface BackOff {
  /** Crashes in a row, none of which ran long enough to be forgiven. */
  crashes: number;
}

/** Counts the end of a run. */
export function afterExit(backOff: BackOff, ranForMs: number): BackOff {
  return { crashes: ranForMs >= forgivenAfterMs ? 1 : backOff.crashes + 1 };
}

/** Milliseconds to wait before the next start; the first restart is at once. */
export function restartDelayMs(backOff: BackOff): number {
  if (backOff.crashes <= 1) {
    return 0;
  }
  return Math.min(longestDelayMs, firstDelayMs * 2 ** (backOff.crashes - 2));
}

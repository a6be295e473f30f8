import type { Probe } from '../kubernetes/types.ts';

/** A probe's numbers with Kubernetes' defaults filled in. */
export interface ProbeSettings {
  initialDelayMs: number;
  periodMs: number;
  timeoutMs: number;
  successThreshold: number;
  failureThreshold: number;
}

/** What a probe has seen so far. */
export interface ProbeState {
  /** Whether the probe counts as passed; changes only past a threshold. */
  passing: boolean;
  successesInARow: number;
  failuresInARow: number;
}

/** Fills in the defaults of the Kubernetes API (`core/v1` Probe). */
export function probeSettings(probe: Probe): ProbeSettings {
  return {
    initialDelayMs: (probe.initialDelaySeconds ?? 0) * 1000,
    periodMs: (probe.periodSeconds ?? 10) * 1000,
    timeoutMs: (probe.timeoutSeconds ?? 1) * 1000,
    successThreshold: probe.successThreshold ?? 1,
    failureThreshold: probe.failureThreshold ?? 3,
  };
}

/** The state before the first look: a live container is taken as alive, a started or ready one has to prove it. */
export function initialProbeState(
  kind: 'startup' | 'readiness' | 'liveness',
): ProbeState {
  return {
    passing: kind === 'liveness',
    successesInARow: 0,
    failuresInARow: 0,
  };
}

/** Counts one outcome and flips `passing` when a threshold is reached. */
export function advanceProbe(
  state: ProbeState,
  success: boolean,
  settings: ProbeSettings,
): ProbeState {
  const successesInARow = success ? state.successesInARow + 1 : 0;
  const failuresInARow = success ? 0 : state.failuresInARow + 1;
  let { passing } = state;
  if (successesInARow >= settings.successThreshold) {
    passing = true;
  }
  if (failuresInARow >= settings.failureThreshold) {
    passing = false;
  }
  return { passing, successesInARow, failuresInARow };
}

/** Whether a failed liveness or startup probe has reached the point where the container is restarted. */
export function demandsRestart(
  state: ProbeState,
  settings: ProbeSettings,
): boolean {
  return state.failuresInARow >= settings.failureThreshold;
}

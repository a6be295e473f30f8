import { setTimeout as delay } from 'node:timers/promises';
import type { Probe } from '../kubernetes/types.ts';
import { runHandler, type HandlerTarget } from './handlers.ts';
import {
  advanceProbe,
  demandsRestart,
  initialProbeState,
  probeSettings,
  type ProbeState,
} from './probe.ts';

/** Options of {@link watchProbe}. */
export interface ProbeLoopOptions {
  kind: 'startup' | 'readiness' | 'liveness';
  probe: Probe;
  target: HandlerTarget;
  /** Starting point of a container that an earlier agent had already found ready. */
  passing?: boolean;
  signal: AbortSignal;
  /** Called when the verdict changes. */
  onVerdict(passing: boolean): void;
  onFailure(message: string): void;
  /** A liveness or startup probe has failed for good. */
  onRestartWanted(message: string): void;
}

/** Looks again and again until the signal, until a startup probe passes, or until a restart is wanted. */
export async function watchProbe(options: ProbeLoopOptions): Promise<void> {
  const { kind, probe, signal } = options;
  const settings = probeSettings(probe);
  let state: ProbeState = initialProbeState(kind);
  if (options.passing !== undefined) {
    state = { ...state, passing: options.passing };
  }
  if (settings.initialDelayMs > 0 && !options.passing) {
    await pause(settings.initialDelayMs, signal);
  }
  while (!signal.aborted) {
    const outcome = await runHandler(probe, options.target, {
      timeoutMs: settings.timeoutMs,
    });
    if (signal.aborted) return;
    const before = state.passing;
    state = advanceProbe(state, outcome.success, settings);
    if (!outcome.success) {
      options.onFailure(outcome.message);
    }
    if (state.passing !== before) {
      options.onVerdict(state.passing);
    }
    if (kind === 'startup' && state.passing) return;
    if (kind !== 'readiness' && demandsRestart(state, settings)) {
      options.onRestartWanted(outcome.message);
      return;
    }
    await pause(settings.periodMs, signal);
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => {});
}

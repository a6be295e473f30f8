import {
  advanceProbe,
  demandsRestart,
  initialProbeState,
  probeSettings,
  type ProbeState,
} from './probe.ts';

function after(
  start: ProbeState,
  outcomes: string,
  settings = probeSettings({}),
) {
  return [...outcomes].reduce(
    (state, outcome) => advanceProbe(state, outcome === '+', settings),
    start,
  );
}

describe('probe', () => {
  it("has Kubernetes' defaults", () => {
    expect(probeSettings({})).toEqual({
      initialDelayMs: 0,
      periodMs: 10_000,
      timeoutMs: 1_000,
      successThreshold: 1,
      failureThreshold: 3,
    });
  });

  it.each([
    ['readiness', '', false],
    ['readiness', '+', true],
    ['readiness', '+--', true],
    ['readiness', '+---', false],
    ['readiness', '+--+--', true],
    ['readiness', '+---+', true],
    ['liveness', '', true],
    ['liveness', '--', true],
    ['liveness', '---', false],
    ['startup', '-----', false],
    ['startup', '-----+', true],
  ] as const)('%s after "%s" passes: %s', (kind, outcomes, passing) => {
    expect(after(initialProbeState(kind), outcomes).passing).toBe(passing);
  });

  it('asks for a success threshold in a row', () => {
    const settings = probeSettings({ successThreshold: 2 });
    const start = initialProbeState('readiness');
    expect(after(start, '+-+', settings).passing).toBe(false);
    expect(after(start, '+-++', settings).passing).toBe(true);
  });

  it('demands a restart at the failure threshold and not before', () => {
    const settings = probeSettings({ failureThreshold: 2 });
    const start = initialProbeState('liveness');
    expect(demandsRestart(after(start, '-+-', settings), settings)).toBe(false);
    expect(demandsRestart(after(start, '-+--', settings), settings)).toBe(true);
  });
});

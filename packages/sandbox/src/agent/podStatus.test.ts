import type { Pod } from '../kubernetes/types.ts';
import {
  isReady,
  newContainerRecord,
  projectStatus,
  type ContainerRecord,
} from './podStatus.ts';

const now = '2026-11-23T10:00:00Z';
const earlier = '2026-11-23T09:00:00Z';

const pod = (spec: Partial<Pod['spec']> = {}, status?: Pod['status']): Pod => ({
  metadata: { name: 'p', namespace: 'n', uid: 'u', generation: 1 },
  spec: { containers: [{ name: 'main', image: 'i' }], ...spec },
  status,
});

const running = (
  overrides: Partial<ContainerRecord> = {},
): ContainerRecord => ({
  ...newContainerRecord(),
  state: { running: { startedAt: earlier } },
  started: true,
  ready: true,
  ...overrides,
});

const terminated = (exitCode: number): ContainerRecord => ({
  ...newContainerRecord(),
  state: { terminated: { exitCode, reason: exitCode ? 'Error' : 'Completed' } },
});

function project(
  containers: Record<string, ContainerRecord>,
  options: Partial<Parameters<typeof projectStatus>[0]> = {},
) {
  const status = projectStatus({
    pod: pod(),
    containers,
    hostIp: '127.0.0.1',
    podIp: '10.244.0.2',
    proxyReady: true,
    terminating: false,
    now,
    ...options,
  });
  const condition = (type: string) =>
    status.conditions!.find(c => c.type === type)!;
  return { status, condition, phase: status.phase };
}

describe('status of a pod', () => {
  it('is pending while nothing has run', () => {
    const { phase, condition } = project({ main: newContainerRecord() });
    expect(phase).toBe('Pending');
    expect(condition('PodScheduled').status).toBe('True');
    expect(condition('Ready')).toMatchObject({
      status: 'False',
      reason: 'ContainersNotReady',
      message: 'containers with unready status: [main]',
    });
  });

  it('is running and ready when container and proxy are', () => {
    const { phase, status } = project({ main: running() });
    expect(phase).toBe('Running');
    expect(isReady(status)).toBe(true);
    expect(status.podIP).toBe('10.244.0.2');
  });

  it('is not ready without its proxy, though its containers are', () => {
    const { condition } = project({ main: running() }, { proxyReady: false });
    expect(condition('ContainersReady').status).toBe('True');
    expect(condition('Ready')).toMatchObject({
      status: 'False',
      reason: 'SidecarNotReady',
    });
  });

  it('is not ready as soon as it is being deleted', () => {
    const { status } = project({ main: running() }, { terminating: true });
    expect(isReady(status)).toBe(false);
  });

  it('shows a crash loop as running with a waiting container', () => {
    const { phase, status } = project({
      main: {
        ...terminated(3),
        state: { waiting: { reason: 'CrashLoopBackOff' } },
        lastState: { terminated: { exitCode: 3, reason: 'Error' } },
        restartCount: 4,
      },
    });
    expect(phase).toBe('Running');
    expect(status.containerStatuses![0]).toMatchObject({
      ready: false,
      restartCount: 4,
      state: { waiting: { reason: 'CrashLoopBackOff' } },
      lastState: { terminated: { exitCode: 3 } },
    });
  });

  it('keeps the time of a condition that has not changed', () => {
    const before = project({ main: running() }).status;
    before.conditions!.forEach(c => (c.lastTransitionTime = earlier));
    const { condition } = project(
      { main: running({ ready: false }) },
      { pod: pod({}, before) },
    );
    expect(condition('PodScheduled').lastTransitionTime).toBe(earlier);
    expect(condition('Ready').lastTransitionTime).toBe(now);
  });

  it.each([
    ['Always', 0, 'Running'],
    ['OnFailure', 0, 'Succeeded'],
    ['OnFailure', 1, 'Running'],
    ['Never', 0, 'Succeeded'],
    ['Never', 1, 'Failed'],
  ] as const)(
    'with restartPolicy %s and exit code %i it is %s',
    (restartPolicy, exitCode, phase) => {
      const result = project(
        { main: terminated(exitCode) },
        { pod: pod({ restartPolicy }) },
      );
      expect(result.phase).toBe(phase);
    },
  );

  it('is initialized when every init container has ended well', () => {
    const spec = { initContainers: [{ name: 'migrate', image: 'i' }] };
    const waiting = project(
      { migrate: running(), main: newContainerRecord('PodInitializing') },
      { pod: pod(spec) },
    );
    expect(waiting.phase).toBe('Pending');
    expect(waiting.condition('Initialized')).toMatchObject({
      status: 'False',
      message: 'containers with incomplete status: [migrate]',
    });
    const done = project(
      { migrate: terminated(0), main: running() },
      { pod: pod(spec) },
    );
    expect(done.condition('Initialized').status).toBe('True');
    expect(isReady(done.status)).toBe(true);
    expect(done.status.initContainerStatuses![0].ready).toBe(true);
  });
});

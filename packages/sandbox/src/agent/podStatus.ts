import type {
  Condition,
  Container,
  ContainerState,
  ContainerStatus,
  Pod,
  PodStatus,
} from '../kubernetes/types.ts';
import type { ProcessIdentity } from '../supervisor/processes.ts';

/** What the agent knows of one container; kept across restarts of the agent. */
export interface ContainerRecord {
  state: ContainerState;
  lastState: ContainerState;
  restartCount: number;
  started: boolean;
  ready: boolean;
  containerID?: string;
  imageID?: string;
  /** Crashes in a row, for the back-off. */
  crashes: number;
  /** The process, while it runs. */
  process?: ProcessIdentity;
}

/** Options of {@link projectStatus}. */
export interface ProjectionOptions {
  pod: Pod;
  containers: Readonly<Record<string, ContainerRecord>>;
  podIp?: string;
  hostIp: string;
  /** RFC 3339, when the agent took the pod on. */
  startTime?: string;
  /** Whether the proxy beside the pod takes requests; pods without a proxy say true. */
  proxyReady: boolean;
  /** True as soon as the pod is being deleted. */
  terminating: boolean;
  /** RFC 3339, for conditions that change now. */
  now: string;
}

/** A container that has not been looked at yet. */
export function newContainerRecord(
  reason = 'ContainerCreating',
): ContainerRecord {
  return {
    state: { waiting: { reason } },
    lastState: {},
    restartCount: 0,
    started: false,
    ready: false,
    crashes: 0,
  };
}

/** The pod's status as the kubelet would report it. */
export function projectStatus(options: ProjectionOptions): PodStatus {
  const { pod } = options;
  const inits = pod.spec.initContainers ?? [];
  const initStatuses = inits.map(c => statusOf(c, options));
  const statuses = pod.spec.containers.map(c => statusOf(c, options));
  const initialized = initStatuses.every(
    s => s.state.terminated?.exitCode === 0,
  );
  const phase = phaseOf(pod, statuses, initStatuses);
  const finished = phase === 'Succeeded' || phase === 'Failed';
  const unready = statuses.filter(s => !s.ready).map(s => s.name);
  const containersReady = initialized && !finished && unready.length === 0;
  const ready = containersReady && options.proxyReady && !options.terminating;

  const notReady = (): Partial<Condition> => {
    if (phase === 'Succeeded') return { reason: 'PodCompleted' };
    if (phase === 'Failed') return { reason: 'PodFailed' };
    if (unready.length > 0 || !initialized) {
      return {
        reason: 'ContainersNotReady',
        message: `containers with unready status: [${unready.join(' ')}]`,
      };
    }
    if (options.terminating) return { reason: 'PodTerminating' };
    return { reason: 'SidecarNotReady', message: 'istio-proxy is not ready' };
  };
  const notInitialized = (): Partial<Condition> => ({
    reason: 'ContainersNotInitialized',
    message: `containers with incomplete status: [${initStatuses
      .filter(s => s.state.terminated?.exitCode !== 0)
      .map(s => s.name)
      .join(' ')}]`,
  });
  const condition = (
    type: string,
    holds: boolean,
    otherwise: () => Partial<Condition>,
  ): Condition => {
    const status = holds ? 'True' : 'False';
    const before = pod.status?.conditions?.find(c => c.type === type);
    return {
      type,
      status,
      ...(!holds && otherwise()),
      lastProbeTime: null,
      lastTransitionTime:
        before?.status === status && before.lastTransitionTime
          ? before.lastTransitionTime
          : options.now,
    };
  };
  return {
    phase,
    hostIP: options.hostIp,
    hostIPs: [{ ip: options.hostIp }],
    ...(options.podIp && {
      podIP: options.podIp,
      podIPs: [{ ip: options.podIp }],
    }),
    ...(options.startTime && { startTime: options.startTime }),
    ...(pod.metadata.generation && {
      observedGeneration: pod.metadata.generation,
    }),
    conditions: [
      condition('PodReadyToStartContainers', !finished, () => ({})),
      condition('Initialized', initialized, notInitialized),
      condition('Ready', ready, notReady),
      condition('ContainersReady', containersReady, notReady),
      condition('PodScheduled', true, () => ({})),
    ],
    ...(inits.length > 0 && { initContainerStatuses: initStatuses }),
    containerStatuses: statuses,
  };
}

/** Whether a status says that the pod takes requests. */
export function isReady(status: PodStatus | undefined): boolean {
  return (
    status?.conditions?.some(c => c.type === 'Ready' && c.status === 'True') ??
    false
  );
}

function statusOf(
  container: Container,
  options: ProjectionOptions,
): ContainerStatus {
  const record =
    options.containers[container.name] ?? newContainerRecord('PodInitializing');
  const isInit = options.pod.spec.initContainers?.includes(container) ?? false;
  return {
    name: container.name,
    image: container.image,
    imageID: record.imageID ?? '',
    ...(record.containerID && { containerID: record.containerID }),
    // Of an init container "ready" means that it has done its work.
    ready: isInit
      ? record.state.terminated?.exitCode === 0
      : record.ready && record.state.running !== undefined,
    started: record.started && record.state.running !== undefined,
    restartCount: record.restartCount,
    state: record.state,
    lastState: record.lastState,
  };
}

function phaseOf(
  pod: Pod,
  statuses: ContainerStatus[],
  initStatuses: ContainerStatus[],
): PodStatus['phase'] {
  const policy = pod.spec.restartPolicy ?? 'Always';
  const isOver = (s: ContainerStatus) =>
    s.state.terminated !== undefined &&
    (policy === 'Never' ||
      (policy === 'OnFailure' && s.state.terminated.exitCode === 0));
  if (
    policy === 'Never' &&
    initStatuses.some(
      s => s.state.terminated && s.state.terminated.exitCode !== 0,
    )
  ) {
    return 'Failed';
  }
  if (statuses.length > 0 && statuses.every(isOver)) {
    return statuses.every(s => s.state.terminated!.exitCode === 0)
      ? 'Succeeded'
      : 'Failed';
  }
  const hasRun = statuses.some(
    s => s.state.running || s.state.terminated || s.lastState.terminated,
  );
  return hasRun ? 'Running' : 'Pending';
}

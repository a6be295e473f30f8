import type { Pod } from '../kubernetes/types.ts';
import type { PodPorts } from './addresses.ts';
import { wantsSidecar } from './meshObjects.ts';

/** One group of Prometheus' file discovery. */
export interface TargetGroup {
  targets: string[];
  labels: Record<string, string>;
}

/** What Prometheus scrapes of one pod: its proxy, and its program when it serves a port named `http`. */
export function targetsOf(
  pod: Pod,
  ports: PodPorts,
): { envoy: TargetGroup[]; service: TargetGroup[] } {
  const app = pod.metadata.labels?.app ?? pod.metadata.name;
  const common = {
    environment: pod.metadata.namespace ?? 'default',
    version: pod.metadata.labels?.version ?? '',
    pod: pod.metadata.name,
  };
  const http = pod.spec.containers
    .flatMap(c => c.ports ?? [])
    .find(port => port.name === 'http');
  return {
    envoy: wantsSidecar(pod)
      ? [
          {
            targets: [`127.0.0.1:${ports.admin}`],
            labels: { ...common, source: app },
          },
        ]
      : [],
    service: http
      ? [
          {
            targets: [`127.0.0.1:${ports.app[http.containerPort]}`],
            labels: { ...common, service: app },
          },
        ]
      : [],
  };
}

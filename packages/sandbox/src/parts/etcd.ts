import { join } from 'node:path';
import type { PartDefinition, SandboxContext } from '../supervisor/types.ts';

/** The store under the Kubernetes API. */
export function etcdPart(ctx: SandboxContext): PartDefinition {
  const client = `http://127.0.0.1:${ctx.ports.etcd}`;
  const peer = `http://127.0.0.1:${ctx.ports.etcdPeer}`;
  return {
    kind: 'process',
    name: 'etcd',
    tools: ['etcd'],
    version: () => ctx.tools.version('etcd'),
    address: client,
    command: () => ({
      file: ctx.tools.path('etcd'),
      args: [
        '--name=shopfloor',
        `--data-dir=${join(ctx.stateDir, 'etcd')}`,
        `--listen-client-urls=${client}`,
        `--advertise-client-urls=${client}`,
        `--listen-peer-urls=${peer}`,
        `--initial-advertise-peer-urls=${peer}`,
        `--initial-cluster=shopfloor=${peer}`,
        '--auto-compaction-mode=periodic',
        '--auto-compaction-retention=1h',
        '--log-level=warn',
      ],
    }),
    health: { kind: 'http', url: `${client}/health` },
  };
}

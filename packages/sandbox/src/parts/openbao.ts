import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../config/files.ts';
import type { PartDefinition, SandboxContext } from '../supervisor/types.ts';
import { OpenBaoClient } from './openbaoClient.ts';
import {
  discardHalfInitialised,
  needsNewRoot,
  setUpOpenBao,
} from './openbaoSetUp.ts';

/** Secrets: OpenBao on raft storage, unsealed by a static key, so that it comes back by itself after a crash. */
export function openbaoPart(ctx: SandboxContext): PartDefinition {
  const dir = join(ctx.stateDir, 'openbao');
  const address = `http://127.0.0.1:${ctx.ports.openbao}`;
  const client = new OpenBaoClient(address);
  const config = join(dir, 'openbao.hcl');
  const sealKey = join(dir, 'seal.key');
  return {
    kind: 'process',
    name: 'openbao',
    version: () => ctx.tools.version('bao'),
    address,
    prepare: async () => {
      discardHalfInitialised(dir);
      mkdirSync(join(dir, 'raft'), { recursive: true, mode: 0o700 });
      writeFileAtomic({
        path: sealKey,
        content: ctx.secrets.openbaoSealKey,
        mode: 0o600,
      });
      writeFileAtomic({
        path: config,
        content: configuration({ ctx, dir, address, sealKey }),
        mode: 0o600,
      });
    },
    command: () => ({
      file: ctx.tools.path('bao'),
      args: ['server', `-config=${config}`],
    }),
    // Also healthy before it is initialised (501), which set-up does next, and while it steps up to be leader (429).
    health: {
      kind: 'http',
      url: `${address}/v1/sys/health`,
      statuses: [200, 429, 501],
    },
    setUp: async run => {
      await setUpOpenBao({
        repoRoot: ctx.repoRoot,
        dir,
        client,
        log: message => run.log.line(message),
      });
      run.log.line('set-up is complete');
    },
    stopGraceMs: 15_000,
  };
}

function configuration(options: {
  ctx: SandboxContext;
  dir: string;
  address: string;
  sealKey: string;
}): string {
  const { ctx, dir, address, sealKey } = options;
  return `ui = true
disable_mlock = true
log_level = "warn"
api_addr = "${address}"
cluster_addr = "http://127.0.0.1:${ctx.ports.openbaoCluster}"

storage "raft" {
  path = "${join(dir, 'raft')}"
  node_id = "sandbox"
  # Alone on one machine: the shortest election.
  performance_multiplier = 1
}

listener "tcp" {
  address = "127.0.0.1:${ctx.ports.openbao}"
  cluster_address = "127.0.0.1:${ctx.ports.openbaoCluster}"
  tls_disable = true
  # Open only while what an older version set up is brought up to date, until the next start. They ask for the recovery key.
  disable_unauthed_generate_root_endpoints = ${!needsNewRoot({ repoRoot: ctx.repoRoot, dir })}
}

seal "static" {
  current_key_id = "sandbox-1"
  current_key = "file://${sealKey}"
}

audit "file" "sandbox" {
  options {
    file_path = "${join(ctx.stateDir, 'logs', 'openbao-audit.log')}"
    mode = "0600"
  }
}
`;
}

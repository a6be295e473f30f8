import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { writeFileAtomic } from '../config/files.ts';
import type { PartDefinition, SandboxContext } from '../supervisor/types.ts';
import { OpenBaoClient } from './openbaoClient.ts';

const ENVIRONMENTS = ['production', 'staging'];

/** What `sys/init` answered; the root token is here only until set-up has revoked it. */
interface InitRecord {
  recoveryKeys: string[];
  rootToken?: string;
}

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
      await setUp({ ctx, dir, client });
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

/** Initialises it at first, then writes mounts and policies and revokes the root token; goes on where it was interrupted. */
async function setUp(options: {
  ctx: SandboxContext;
  dir: string;
  client: OpenBaoClient;
}): Promise<void> {
  const { ctx, dir, client } = options;
  const recordPath = join(dir, 'init.json');
  if (!(await client.initialised())) {
    writeFileSync(startedPath(dir), '');
    const { recoveryKeys, rootToken } = await client.initialise();
    save(recordPath, { recoveryKeys, rootToken });
    rmSync(startedPath(dir));
  }
  await client.untilActive();
  const record: InitRecord = JSON.parse(readFileSync(recordPath, 'utf8'));
  if (!record.rootToken) {
    return;
  }
  const root = client.withToken(record.rootToken);
  if (await root.tokenIsValid()) {
    for (const environment of ENVIRONMENTS) {
      await root.ensureKeyValueMount(environment);
    }
    for (const [name, text] of policies(ctx.repoRoot)) {
      await root.writePolicy(name, text);
    }
    await root.revokeSelf();
  }
  save(recordPath, { recoveryKeys: record.recoveryKeys });
}

/** There while the server may be initialised and its keys not yet written down. */
function startedPath(dir: string): string {
  return join(dir, 'initialising');
}

/** A server whose keys were lost in the very moment it was initialised holds nothing yet and is made anew. */
function discardHalfInitialised(dir: string): void {
  if (existsSync(startedPath(dir))) {
    if (!existsSync(join(dir, 'init.json'))) {
      rmSync(join(dir, 'raft'), { recursive: true, force: true });
    }
    rmSync(startedPath(dir));
  }
}

function save(path: string, record: InitRecord): void {
  writeFileAtomic({
    path,
    content: `${JSON.stringify(record, undefined, 2)}\n`,
    mode: 0o600,
  });
}

function policies(repoRoot: string): Array<[name: string, text: string]> {
  const dir = join(repoRoot, 'platform', 'vault', 'policies');
  return readdirSync(dir)
    .filter(name => name.endsWith('.hcl'))
    .map(name => [
      basename(name, '.hcl'),
      readFileSync(join(dir, name), 'utf8'),
    ]);
}

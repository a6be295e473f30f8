import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../config/files.ts';
import type { PartDefinition, SandboxContext } from '../supervisor/types.ts';
import { renderFile } from './template.ts';

/** Long enough for the 28 days an objective looks back. */
const RETENTION = '40d';

/** Metrics and recording rules. Targets come from `<state>/prometheus/targets/*.json`, which the node agent keeps. */
export function prometheusPart(ctx: SandboxContext): PartDefinition {
  const dir = join(ctx.stateDir, 'prometheus');
  const config = join(dir, 'prometheus.yml');
  const address = `http://127.0.0.1:${ctx.ports.prometheus}`;
  return {
    kind: 'process',
    name: 'prometheus',
    tools: ['prometheus'],
    version: () => ctx.tools.version('prometheus'),
    address,
    prepare: async () => {
      mkdirSync(join(dir, 'targets'), { recursive: true });
      mkdirSync(join(dir, 'rules'), { recursive: true });
      writeFileAtomic({
        path: config,
        content: renderFile(
          ctx,
          join(
            ctx.repoRoot,
            'platform/observability/prometheus/prometheus.yaml',
          ),
        ),
      });
    },
    command: () => ({
      file: ctx.tools.path('prometheus'),
      args: [
        `--config.file=${config}`,
        `--storage.tsdb.path=${join(dir, 'data')}`,
        `--storage.tsdb.retention.time=${RETENTION}`,
        `--web.listen-address=127.0.0.1:${ctx.ports.prometheus}`,
        // The portal writes the rules of SLOs and asks to read them.
        '--web.enable-lifecycle',
        '--log.level=warn',
      ],
    }),
    health: { kind: 'http', url: `${address}/-/ready` },
    stopGraceMs: 20_000,
  };
}

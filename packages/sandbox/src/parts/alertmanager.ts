import { join } from 'node:path';
import { writeFileAtomic } from '../config/files.ts';
import type { PartDefinition, SandboxContext } from '../supervisor/types.ts';
import { renderFile } from './template.ts';

/** Groups alerts and tells the portal of them. */
export function alertmanagerPart(ctx: SandboxContext): PartDefinition {
  const dir = join(ctx.stateDir, 'alertmanager');
  const config = join(dir, 'alertmanager.yml');
  const address = `http://127.0.0.1:${ctx.ports.alertmanager}`;
  return {
    kind: 'process',
    name: 'alertmanager',
    tools: ['alertmanager'],
    version: () => ctx.tools.version('alertmanager'),
    address,
    prepare: async () => {
      writeFileAtomic({
        path: join(dir, 'portal-token'),
        content: ctx.secrets.alertsToken,
        mode: 0o600,
      });
      const content = renderFile(
        ctx,
        join(
          ctx.repoRoot,
          'platform/observability/alertmanager/alertmanager.yaml',
        ),
      );
      writeFileAtomic({ path: join(dir, 'base.yml'), content });
      // The portal adds the routes of owners (slo.alertmanager) as soon as it runs.
      writeFileAtomic({ path: config, content });
    },
    command: () => ({
      file: ctx.tools.path('alertmanager'),
      args: [
        `--config.file=${config}`,
        `--storage.path=${join(dir, 'data')}`,
        `--web.listen-address=127.0.0.1:${ctx.ports.alertmanager}`,
        // One of its kind: no gossip, no port for it.
        '--cluster.listen-address=',
        '--log.level=warn',
      ],
    }),
    health: { kind: 'http', url: `${address}/-/ready` },
  };
}

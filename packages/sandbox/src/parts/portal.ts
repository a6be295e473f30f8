import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { writeFileAtomic } from '../config/files.ts';
import type {
  PartDefinition,
  ProcessPart,
  SandboxContext,
} from '../supervisor/types.ts';
import { configArguments, portalEnvironment } from './portalEnvironment.ts';

const READY_PATH = '/.backstage/health/v1/readiness';

/** The portal; in mode `dev` two parts, of which each reloads when its source changes. */
export function portalParts(ctx: SandboxContext): PartDefinition[] {
  return ctx.mode === 'dev' ? [devBackend(ctx), devApp(ctx)] : [portal(ctx)];
}

function base(ctx: SandboxContext) {
  return {
    kind: 'process' as const,
    name: 'portal',
    version: () => backstageVersion(ctx.repoRoot),
    address: `http://localhost:${ctx.ports.portal}`,
    health: {
      kind: 'http' as const,
      url: `http://127.0.0.1:${ctx.ports.portal}${READY_PATH}`,
    },
    startTimeoutMs: 180_000,
    // Each question is a line of its log.
    healthIntervalMs: 10_000,
    stopGraceMs: 20_000,
  };
}

function portal(ctx: SandboxContext): ProcessPart {
  return {
    ...base(ctx),
    dependsOn: ['postgres', 'app-build'],
    command: () => ({
      file: ctx.nodePath,
      args: [
        // As `backstage-cli package start` runs it, without its watcher.
        '--enable-source-maps',
        '--require',
        join(
          ctx.repoRoot,
          'node_modules/@backstage/cli-node/config/nodeTransform.cjs',
        ),
        'src/index.ts',
        ...configArguments(ctx),
      ],
      cwd: join(ctx.repoRoot, 'packages/backend'),
      env: { ...portalEnvironment(ctx), NODE_ENV: 'production' },
    }),
  };
}

function devConfig(ctx: SandboxContext): string {
  return join(ctx.stateDir, 'portal', 'dev.yaml');
}

function writeDevConfig(ctx: SandboxContext): void {
  const app = `http://localhost:${ctx.ports.app}`;
  writeFileAtomic({
    path: devConfig(ctx),
    content: stringify({
      app: {
        baseUrl: app,
        listen: { host: '127.0.0.1', port: ctx.ports.app },
      },
      backend: { cors: { origin: app, credentials: true } },
    }),
  });
}

function cli(ctx: SandboxContext, folder: string) {
  return {
    file: ctx.nodePath,
    args: [
      join(ctx.repoRoot, 'node_modules/@backstage/cli/bin/backstage-cli'),
      'package',
      'start',
      ...configArguments(ctx, devConfig(ctx)),
    ],
    cwd: join(ctx.repoRoot, folder),
    env: { ...portalEnvironment(ctx), NODE_ENV: 'development' },
  };
}

function devBackend(ctx: SandboxContext): ProcessPart {
  return {
    ...base(ctx),
    dependsOn: ['postgres'],
    // A syntax error while editing stops the backend until the next change; the watcher restarts it, not the supervisor.
    unhealthyRestartMs: false,
    prepare: async () => writeDevConfig(ctx),
    command: () => cli(ctx, 'packages/backend'),
  };
}

function devApp(ctx: SandboxContext): ProcessPart {
  return {
    kind: 'process',
    name: 'app',
    version: () => backstageVersion(ctx.repoRoot),
    address: `http://localhost:${ctx.ports.app}`,
    startTimeoutMs: 300_000,
    unhealthyRestartMs: false,
    prepare: async () => writeDevConfig(ctx),
    command: () => cli(ctx, 'packages/app'),
    health: { kind: 'http', url: `http://127.0.0.1:${ctx.ports.app}/` },
  };
}

function backstageVersion(repoRoot: string): string {
  const { version } = JSON.parse(
    readFileSync(join(repoRoot, 'backstage.json'), 'utf8'),
  );
  return version;
}

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { writeFileAtomic } from '../config/files.ts';
import { takeLock } from '../supervisor/fileLock.ts';
import { LogFile, tailFile } from '../supervisor/logFile.ts';
import { logPath } from '../supervisor/supervisor.ts';
import type {
  PartDefinition,
  PartRun,
  SandboxContext,
} from '../supervisor/types.ts';
import { configArguments, portalEnvironment } from './portalEnvironment.ts';

/** Builds the portal's frontend into `packages/app/dist` when something it is made of has changed. */
export function appBuildPart(ctx: SandboxContext): PartDefinition {
  return {
    kind: 'task',
    name: 'app-build',
    version: () => appFingerprint(ctx.repoRoot).slice(0, 12),
    maxFailures: 3,
    run: async run => {
      const lock = await untilLocked(ctx, run);
      try {
        const wanted = appFingerprint(ctx.repoRoot);
        const stamp = join(ctx.repoRoot, 'packages/app/dist/.shopfloor-build');
        if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) {
          return;
        }
        rmSync(stamp, { force: true });
        await buildApp(ctx, run);
        writeFileAtomic({ path: stamp, content: wanted });
      } finally {
        lock.release();
      }
    },
  };
}

/** Two sandboxes of one clone share the built frontend. */
async function untilLocked(
  ctx: SandboxContext,
  run: PartRun,
): Promise<{ release: () => void }> {
  for (;;) {
    const result = takeLock(join(ctx.repoRoot, '.toolchain/app-build.lock'));
    if (result.kind === 'taken') {
      return result;
    }
    run.progress(`process ${result.holder.pid} builds it; waits`);
    await delay(500, undefined, { signal: run.signal });
  }
}

async function buildApp(ctx: SandboxContext, run: PartRun): Promise<void> {
  const startedAt = Date.now();
  const log = new LogFile({ path: logPath(ctx.stateDir, 'app-build') });
  const descriptor = log.open();
  const child = spawn(
    ctx.nodePath,
    [
      join(ctx.repoRoot, 'node_modules/@backstage/cli/bin/backstage-cli'),
      'package',
      'build',
      ...configArguments(ctx),
    ],
    {
      cwd: join(ctx.repoRoot, 'packages/app'),
      env: {
        ...ctx.childEnv,
        ...portalEnvironment(ctx),
        NODE_ENV: 'production',
        // Without its loaders' progress, which is meant for a terminal.
        CI: 'true',
      },
      detached: true,
      stdio: ['ignore', descriptor, descriptor],
    },
  );
  closeSync(descriptor);
  const abort = () => {
    try {
      process.kill(-child.pid!, 'SIGKILL');
    } catch {
      // Ended already.
    }
  };
  run.signal.addEventListener('abort', abort, { once: true });
  const timer = setInterval(
    () =>
      run.progress(
        `builds the portal's pages: ${Math.round(
          (Date.now() - startedAt) / 1000,
        )} s`,
      ),
    1000,
  );
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', resolve);
    });
    run.signal.throwIfAborted();
    if (code !== 0) {
      throw new Error(
        `the build of packages/app ended with exit code ${code}. Last lines:\n${tailFile(
          log.path,
          12,
        ).join('\n')}`,
      );
    }
  } finally {
    clearInterval(timer);
    run.signal.removeEventListener('abort', abort);
  }
}

/** A hash over everything the frontend is made of. */
export function appFingerprint(repoRoot: string): string {
  const hash = createHash('sha256');
  const plugins = readdirSync(join(repoRoot, 'plugins')).filter(
    name => !/-(backend|node)(-|$)/.test(name),
  );
  const roots = [
    'yarn.lock',
    'package.json',
    'app-config.yaml',
    'app-config.sandbox.yaml',
    'packages/app',
    'packages/ui',
    ...plugins.map(name => `plugins/${name}`),
  ];
  for (const root of roots.sort()) {
    for (const file of sourceFiles(repoRoot, root)) {
      hash.update(`${file}\0`).update(readFileSync(join(repoRoot, file)));
    }
  }
  return hash.digest('hex');
}

const NOT_SOURCE = /^(node_modules|dist|dist-types|coverage|__.*__)$/;

function sourceFiles(repoRoot: string, path: string): string[] {
  const stats = statSync(join(repoRoot, path), { throwIfNoEntry: false });
  if (!stats?.isDirectory()) {
    return stats && !/\.test\.tsx?$/.test(path) ? [path] : [];
  }
  return readdirSync(join(repoRoot, path))
    .filter(name => !NOT_SOURCE.test(name))
    .sort()
    .flatMap(name => sourceFiles(repoRoot, `${path}/${name}`));
}

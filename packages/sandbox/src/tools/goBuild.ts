import { spawn } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, existsSync } from 'node:fs';
import { homedir, setPriority } from 'node:os';
import { dirname, join } from 'node:path';
import type { ToolBuild } from './toolCache.ts';

/** How far a build is. */
export interface BuildProgress {
  elapsedMs: number;
  /** Packages compiled so far. */
  packages: number;
}

/** Folders of the Go command that are only needed while building. */
export function buildFolders(cacheRoot: string): {
  goCache: string;
  ownModules: string;
} {
  return {
    goCache: join(cacheRoot, 'go-build'),
    ownModules: join(cacheRoot, 'go-modules'),
  };
}

/** Removes the compiled packages (about 6 GB) and the modules that were downloaded only for us. */
export function removeBuildFolders(cacheRoot: string): void {
  Object.values(buildFolders(cacheRoot)).forEach(folder =>
    rmSync(folder, { recursive: true, force: true }),
  );
}

/**
 * Builds one program and puts it into the cache in one step.
 *
 * @throws Error that says what to do when the network, the disk or the compiler failed
 */
export async function goBuild(options: {
  build: ToolBuild;
  go: string;
  cacheRoot: string;
  env: Record<string, string | undefined>;
  signal: AbortSignal;
  onProgress?: (progress: BuildProgress) => void;
}): Promise<void> {
  const { build, go, cacheRoot, signal, onProgress } = options;
  const temporary = `${build.dir}.${process.pid}.tmp`;
  rmSync(temporary, { recursive: true, force: true });
  mkdirSync(temporary, { recursive: true });
  const startedAt = Date.now();
  let packages = 0;
  const report = () =>
    onProgress?.({ elapsedMs: Date.now() - startedAt, packages });
  const timer = setInterval(report, 1000);
  try {
    const [command, ...rest] = build.args;
    const args = [
      command,
      '-v',
      '-o',
      join(temporary, build.program.name),
      ...rest,
    ];
    await runGo({
      go,
      args,
      cwd: build.moduleDir,
      env: goEnvironment(options.env, cacheRoot),
      signal,
      onPackage: () => (packages += 1),
    });
    mkdirSync(dirname(build.dir), { recursive: true });
    if (existsSync(build.path)) {
      return;
    }
    rmSync(build.dir, { recursive: true, force: true });
    renameSync(temporary, build.dir);
  } finally {
    clearInterval(timer);
    rmSync(temporary, { recursive: true, force: true });
  }
}

function goEnvironment(
  env: Record<string, string | undefined>,
  cacheRoot: string,
): Record<string, string | undefined> {
  const folders = buildFolders(cacheRoot);
  const goPath = env.GOPATH?.split(':')[0] || join(homedir(), 'go');
  const modules = env.GOMODCACHE || join(goPath, 'pkg', 'mod');
  return {
    ...env,
    CGO_ENABLED: '0',
    GOCACHE: folders.goCache,
    GOFLAGS: '-mod=readonly -modcacherw -buildvcs=false',
    // Whoever uses Go has the modules, or wants them; for all others they go afterwards.
    GOMODCACHE: existsSync(modules) ? modules : folders.ownModules,
    GOTOOLCHAIN: 'local',
    GOWORK: 'off',
    GOOS: undefined,
    GOARCH: undefined,
  };
}

function runGo(options: {
  go: string;
  args: string[];
  cwd: string;
  env: Record<string, string | undefined>;
  signal: AbortSignal;
  onPackage: () => void;
}): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(options.go, options.args, {
      cwd: options.cwd,
      env: options.env,
      stdio: ['ignore', 'ignore', 'pipe'],
      // A group of its own, so that compilers end together with the command.
      detached: true,
    });
    const abort = () => {
      try {
        process.kill(-child.pid!, 'SIGTERM');
      } catch {
        // Gone already.
      }
    };
    options.signal.addEventListener('abort', abort, { once: true });
    if (child.pid !== undefined) {
      try {
        // The portal and the person in front of it come first.
        setPriority(child.pid, 10);
      } catch {
        // A courtesy, not a condition.
      }
    }
    let rest = '';
    const told: string[] = [];
    child.stderr.setEncoding('utf8');
    child.stderr.on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (/^[\w.~-]+(\/[\w.~-]+)*$/.test(line)) {
          options.onPackage();
        } else if (!line.startsWith('go: downloading')) {
          told.push(line);
        }
      }
    });
    child.once('error', error => reject(new Error(`go: ${error.message}`)));
    child.once('close', code => {
      options.signal.removeEventListener('abort', abort);
      if (options.signal.aborted) {
        reject(new Error('stopped'));
      } else if (code === 0) {
        resolve();
      } else {
        reject(new Error(explain([...told, rest].join('\n').trim())));
      }
    });
  });
}

/** Adds what to do to what the Go command said. */
export function explain(output: string): string {
  const last = output.split('\n').slice(-6).join('\n');
  if (/no space left on device/i.test(output)) {
    return `The disk is full. A first build needs about 15 GB; free some and it goes on by itself.\n${last}`;
  }
  if (
    /dial tcp|no such host|i\/o timeout|connection refused|TLS handshake|proxyconnect/i.test(
      output,
    )
  ) {
    return `The Go module proxy cannot be reached. Check the network, or set GOPROXY to a mirror of yours.\n${last}`;
  }
  return `go build failed:\n${last}`;
}

import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { writeFileAtomic } from '../config/files.ts';
import { readToolchain } from '../config/toolchain.ts';
import { buildFolders } from '../tools/goBuild.ts';
import { cacheRoot, requiredVersion } from '../tools/toolCache.ts';
import type { SandboxContext } from '../supervisor/types.ts';

const moduleName = 'istio.io/api';
const fileInModule = 'kubernetes/customresourcedefinitions.gen.yaml';

/**
 * Istio's CustomResourceDefinitions as YAML, from the module `istio.io/api` in the version that istiod is built
 * with; downloaded once per user and version.
 *
 * @throws when the module cannot be downloaded
 */
export async function istioCrds(ctx: SandboxContext): Promise<string> {
  const module = join(ctx.repoRoot, 'tools', 'istio');
  const version = requiredVersion(
    readFileSync(join(module, 'go.mod'), 'utf8'),
    moduleName,
  );
  const root = cacheRoot(ctx.childEnv);
  const cached = join(root, 'istio-crds', `${version}.yaml`);
  if (!existsSync(cached)) {
    const folder = await downloadModule({ ctx, module, root });
    writeFileAtomic({
      path: cached,
      content: readFileSync(join(folder, fileInModule), 'utf8'),
    });
  }
  return readFileSync(cached, 'utf8');
}

async function downloadModule(options: {
  ctx: SandboxContext;
  module: string;
  root: string;
}): Promise<string> {
  const { ctx, module, root } = options;
  const env = ctx.childEnv;
  const modules =
    env.GOMODCACHE ||
    join(env.GOPATH?.split(':')[0] || join(homedir(), 'go'), 'pkg', 'mod');
  const { go } = readToolchain(ctx.repoRoot);
  try {
    const { stdout } = await promisify(execFile)(
      existsSync(go) ? go : 'go',
      ['mod', 'download', '-json', moduleName],
      {
        cwd: module,
        env: {
          ...env,
          GOFLAGS: '-mod=readonly -modcacherw',
          GOMODCACHE: existsSync(modules)
            ? modules
            : buildFolders(root).ownModules,
          GOTOOLCHAIN: 'local',
          GOWORK: 'off',
        },
        maxBuffer: 1024 * 1024,
      },
    );
    return JSON.parse(stdout).Dir;
  } catch (error) {
    const { stdout, message } = error as Error & { stdout?: string };
    throw new Error(
      `Istio's resource definitions (Go module ${moduleName}) could not be downloaded; check the network or GOPROXY: ${
        stdout?.trim() || message
      }`,
      { cause: error },
    );
  }
}

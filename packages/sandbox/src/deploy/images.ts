import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { bundleService } from '@shopfloor/service-kit/src/bundling/bundleService.ts';
import { build } from 'esbuild';
import { z } from 'zod';
import { writeFileAtomic } from '../config/files.ts';
import type {
  PartDefinition,
  SandboxContext,
  ToolLookup,
} from '../supervisor/types.ts';

const packageSchema = z.object({
  shopfloor: z
    .object({
      images: z.array(
        z.object({
          version: z.string().regex(/^\d+\.\d+\.\d+(-[\w.]+)?$/),
          features: z.array(z.string()).default([]),
        }),
      ),
    })
    .optional(),
});

/** One image of a service, as its package.json declares it. */
export interface ImageDeclaration {
  service: string;
  version: string;
  features: string[];
}

/** Images that the services of this repository declare in `package.json`, `shopfloor.images`. */
export function declaredImages(repoRoot: string): ImageDeclaration[] {
  const services = join(repoRoot, 'services');
  return readdirSync(services)
    .filter(name => existsSync(join(services, name, 'package.json')))
    .flatMap(service => {
      const path = join(services, service, 'package.json');
      const parsed = packageSchema.safeParse(
        JSON.parse(readFileSync(path, 'utf8')),
      );
      if (!parsed.success) {
        throw new Error(`${path}: ${z.prettifyError(parsed.error)}`);
      }
      return (parsed.data.shopfloor?.images ?? []).map(image => ({
        service,
        ...image,
      }));
    });
}

/** Builds the images of all services. It needs nothing of the cluster, so it runs while that comes up. */
export function imagesPart(ctx: SandboxContext): PartDefinition {
  return {
    kind: 'task',
    name: 'images',
    run: async run => {
      linkBaoImage({
        imagesDir: join(ctx.stateDir, 'images'),
        tools: ctx.tools,
      });
      if (await buildProofImage(ctx)) run.log.line('built secret-proof');
      for (const image of declaredImages(ctx.repoRoot)) {
        run.signal.throwIfAborted();
        run.progress(`builds ${image.service} ${image.version}`);
        const built = await buildImage({
          repoRoot: ctx.repoRoot,
          imagesDir: join(ctx.stateDir, 'images'),
          image,
        });
        if (built) run.log.line(`built ${image.service} ${image.version}`);
      }
    },
  };
}

/** The image `bao:<version>`: the program that the sandbox has anyway. */
export function linkBaoImage(options: {
  imagesDir: string;
  tools: ToolLookup;
}): void {
  const { imagesDir, tools } = options;
  const folder = join(imagesDir, 'bao', tools.version('bao'));
  const link = join(folder, 'bao');
  mkdirSync(folder, { recursive: true });
  rmSync(link, { force: true });
  symlinkSync(tools.path('bao'), link);
}

/** The image of the program that proves grants of secrets. */
export const proofImage = 'secret-proof:1.0.0';

/** Bundles the program that proves grants. @returns whether it is another than before */
export async function buildProofImage(
  options: Pick<SandboxContext, 'repoRoot' | 'stateDir'>,
): Promise<boolean> {
  const [name, version] = proofImage.split(':');
  const file = join(options.stateDir, 'images', name, version, 'server.js');
  const { outputFiles } = await build({
    entryPoints: [join(options.repoRoot, 'packages', name, 'src/server.ts')],
    absWorkingDir: options.repoRoot,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node24',
    write: false,
  });
  const [{ text }] = outputFiles;
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return false;
  // The folder may lie below a package of ES modules.
  writeFileAtomic({
    path: join(dirname(file), 'package.json'),
    content: '{"type":"commonjs"}\n',
  });
  writeFileAtomic({ path: file, content: text });
  return true;
}

/** Says which bundle lies in an image. */
const noteFile = 'build.json';

/** Options of {@link buildImage}. */
export interface BuildImageOptions {
  repoRoot: string;
  /** `<state>/images`. */
  imagesDir: string;
  image: ImageDeclaration;
}

/**
 * Puts the bundle of a service into `<images>/<name>/<version>/` unless it lies there. The folder appears complete
 * or not at all; a running program keeps the old one. Bundles are shared with tests and drills, see `bundleService`.
 *
 * @returns whether the image is another than before
 */
export async function buildImage(options: BuildImageOptions): Promise<boolean> {
  const { repoRoot, image } = options;
  const folder = join(options.imagesDir, image.service, image.version);
  const bundle = await bundleService({ repoRoot, ...image });
  if (hashIn(folder) === bundle.hash) {
    return false;
  }
  const temporary = `${folder}.${process.pid}.tmp`;
  rmSync(temporary, { recursive: true, force: true });
  try {
    cpSync(bundle.folder, temporary, { recursive: true });
    writeFileSync(
      join(temporary, noteFile),
      JSON.stringify({ hash: bundle.hash }),
    );
    const old = `${folder}.${process.pid}.old`;
    if (existsSync(folder)) renameSync(folder, old);
    renameSync(temporary, folder);
    rmSync(old, { recursive: true, force: true });
    return true;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** The bundle in an image; `undefined` when there is none whole. */
function hashIn(folder: string): string | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, noteFile), 'utf8')).hash;
  } catch {
    return undefined;
  }
}

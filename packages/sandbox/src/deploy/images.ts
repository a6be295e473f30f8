import {
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { bundleService } from '@shopfloor/service-kit/src/bundling/bundleService.ts';
import { z } from 'zod';
import type { PartDefinition, SandboxContext } from '../supervisor/types.ts';

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

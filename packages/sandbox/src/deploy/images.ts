import { createHash } from 'node:crypto';
import {
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  mkdirSync,
} from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { bundleOptions } from '@shopfloor/service-kit/src/bundling/bundleOptions.ts';
import { build, version as esbuildVersion } from 'esbuild';
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

interface BuildNote {
  /** Of everything that decides the result. */
  hash: string;
  /** Source files, relative to the repository. */
  inputs: string[];
}

const noteFile = 'build.json';

/** Options of {@link buildImage}. */
export interface BuildImageOptions {
  repoRoot: string;
  /** `<state>/images`. */
  imagesDir: string;
  image: ImageDeclaration;
}

/**
 * Bundles a service into `<images>/<name>/<version>/` unless its sources are those of the last time. The folder
 * appears complete or not at all; a running program keeps the old one.
 *
 * @returns whether it was built
 */
export async function buildImage(options: BuildImageOptions): Promise<boolean> {
  const { repoRoot, image } = options;
  const folder = join(options.imagesDir, image.service, image.version);
  const note = readNote(folder);
  if (note?.hash && note.hash === hashOf(options, note.inputs)) {
    return false;
  }
  const temporary = `${folder}.${process.pid}.tmp`;
  rmSync(temporary, { recursive: true, force: true });
  mkdirSync(temporary, { recursive: true });
  try {
    const inputs = new Set<string>();
    const source = join(repoRoot, 'services', image.service, 'src');
    for (const program of ['server', 'migrate']) {
      const entry = join(source, `${program}.ts`);
      if (program === 'migrate' && !existsSync(entry)) continue;
      const result = await build({
        ...bundleOptions({
          entry,
          outfile: join(temporary, `${program}.js`),
          version: image.version,
          features: image.features,
        }),
        absWorkingDir: repoRoot,
        metafile: true,
      });
      Object.keys(result.metafile!.inputs)
        // Values that esbuild puts in are listed, too; they are part of the options.
        .filter(input => !input.startsWith('<'))
        .forEach(input =>
          inputs.add(relative(repoRoot, resolve(repoRoot, input))),
        );
    }
    const list = [...inputs].sort();
    writeFileSync(join(temporary, 'package.json'), '{"type":"commonjs"}\n');
    const done: Partial<BuildNote> = {
      // Absent when a source went away while it was bundled: the next start builds again.
      hash: hashOf(options, list),
      inputs: list,
    };
    writeFileSync(join(temporary, noteFile), JSON.stringify(done));
    mkdirSync(dirname(folder), { recursive: true });
    const old = `${folder}.${process.pid}.old`;
    if (existsSync(folder)) renameSync(folder, old);
    renameSync(temporary, folder);
    rmSync(old, { recursive: true, force: true });
    return true;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

function readNote(folder: string): BuildNote | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, noteFile), 'utf8'));
  } catch {
    return undefined;
  }
}

/** `undefined` when a source is gone. */
function hashOf(
  options: BuildImageOptions,
  inputs: string[],
): string | undefined {
  const hash = createHash('sha256').update(
    JSON.stringify([
      options.image,
      esbuildVersion,
      bundleOptions({ entry: '', outfile: '', version: '' }),
    ]),
  );
  for (const input of inputs) {
    const path = join(options.repoRoot, input);
    if (!existsSync(path)) return undefined;
    hash.update(`\0${input}\0`).update(readFileSync(path));
  }
  return hash.digest('hex');
}

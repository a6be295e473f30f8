import { randomUUID } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { bundleHash, type BundleSubject } from './bundleHash.ts';
import { bundleOptions } from './bundleOptions.ts';

/** Where bundles lie, below the repository. */
const CACHE_FOLDER = 'node_modules/.cache/shopfloor-bundles';

/** Another process may drop the same. */
const NO_THROW = { throwIfNoEntry: false } as const;

/** A bundle that nobody took for so long goes when a newer one of its service comes. */
const UNUSED_MS = 24 * 3_600_000;

const PROGRAMS = ['server', 'migrate'];

/** Options of {@link bundleInto}. */
export interface BundleIntoOptions extends BundleSubject {
  /** Where the files are written; it is made. */
  folder: string;
}

/** Options of {@link bundleService}. */
export interface BundleServiceOptions extends BundleSubject {
  /** Where bundles are kept; default is below `node_modules/.cache` of the repository. */
  cacheFolder?: string;
}

/** A bundle in the cache; its files are never changed. */
export interface ServiceBundle {
  /** Holds `server.js`, `migrate.js` where there is one, and their maps. */
  folder: string;
  /** Of everything that decides the content. */
  hash: string;
}

/**
 * Bundles the programs of a service into a folder.
 *
 * @returns the source files, relative to the repository
 */
export async function bundleInto(
  options: BundleIntoOptions,
): Promise<readonly string[]> {
  const { repoRoot, service, version, features, folder } = options;
  const inputs = new Set<string>();
  for (const program of PROGRAMS) {
    const entry = path.join(repoRoot, 'services', service, `src/${program}.ts`);
    if (program !== 'server' && !existsSync(entry)) {
      continue;
    }
    const result = await build({
      ...bundleOptions({
        entry,
        outfile: path.join(folder, `${program}.js`),
        version,
        features,
      }),
      absWorkingDir: repoRoot,
      metafile: true,
    });
    Object.keys(result.metafile.inputs)
      // Values that esbuild puts in are listed, too; they are part of the options.
      .filter(input => !input.startsWith('<'))
      .forEach(input =>
        inputs.add(path.relative(repoRoot, path.resolve(repoRoot, input))),
      );
  }
  // The folder may lie below a package of ES modules.
  writeFileSync(path.join(folder, 'package.json'), '{"type":"commonjs"}\n');
  return [...inputs].sort();
}

/**
 * Bundles a service once for each content of its sources: who asks next, in whatever
 * process, gets the same folder. It appears complete or not at all, so that two may
 * bundle at once; the later one takes what the earlier one made.
 */
export async function bundleService(
  options: BundleServiceOptions,
): Promise<ServiceBundle> {
  const { repoRoot, service, version, features = [] } = options;
  const cache = options.cacheFolder ?? path.join(repoRoot, CACHE_FOLDER);
  const flavour = [service, version, ...features].join('+');
  const list = path.join(cache, `${flavour}.inputs.json`);
  const at = (hash: string) => path.join(cache, `${flavour}+${hash}`);

  const known = bundleHash(options, readInputs(list));
  if (known !== undefined && existsSync(at(known))) {
    touch(at(known));
    return { folder: at(known), hash: known };
  }
  const temporary = path.join(cache, `${randomUUID()}.tmp`);
  mkdirSync(temporary, { recursive: true });
  try {
    const inputs = await bundleInto({ ...options, folder: temporary });
    const hash = bundleHash(options, inputs);
    if (hash === undefined) {
      throw new Error(
        `A source of ${service} went away while it was bundled; begin again`,
      );
    }
    publish(temporary, at(hash));
    writeFileSync(`${temporary}.json`, JSON.stringify(inputs));
    renameSync(`${temporary}.json`, list);
    dropUnused(cache, `${flavour}+`, at(hash));
    return { folder: at(hash), hash };
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** `undefined` when there is no list, or none that can be read. */
function readInputs(list: string): string[] | undefined {
  try {
    return JSON.parse(readFileSync(list, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Another process may have been first; its content is the same. */
function publish(temporary: string, folder: string): void {
  try {
    renameSync(temporary, folder);
  } catch (error) {
    if (!existsSync(folder)) {
      throw error;
    }
  }
}

function touch(folder: string): void {
  const now = new Date();
  utimesSync(folder, now, now);
}

function dropUnused(cache: string, prefix: string, kept: string): void {
  for (const name of readdirSync(cache)) {
    const folder = path.join(cache, name);
    if (name.startsWith(prefix) && folder !== kept) {
      const unusedMs = Date.now() - (statSync(folder, NO_THROW)?.mtimeMs ?? 0);
      if (unusedMs > UNUSED_MS) {
        rmSync(folder, { recursive: true, force: true });
      }
    }
  }
}

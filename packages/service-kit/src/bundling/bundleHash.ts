import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { version as esbuildVersion } from 'esbuild';
import { bundleOptions } from './bundleOptions.ts';

/** What is bundled. */
export interface BundleSubject {
  repoRoot: string;
  /** Name of a folder below `services`. */
  service: string;
  /** Semantic version of the image. */
  version: string;
  /** Features switched on in this build. */
  features?: readonly string[];
}

/**
 * Of everything that decides the content of a bundle: what is asked for, how it is
 * made, and the bytes of every source.
 *
 * @returns undefined when there is no list of sources, or one of them is gone
 */
export function bundleHash(
  subject: BundleSubject,
  inputs: readonly string[] | undefined,
): string | undefined {
  if (inputs === undefined) {
    return undefined;
  }
  const { repoRoot, service, version, features = [] } = subject;
  const hash = createHash('sha256').update(
    JSON.stringify([
      service,
      esbuildVersion,
      bundleOptions({ entry: '', outfile: '', version, features }),
    ]),
  );
  for (const input of inputs) {
    try {
      hash
        .update(`\0${input}\0`)
        .update(readFileSync(path.join(repoRoot, input)));
    } catch {
      return undefined;
    }
  }
  return hash.digest('hex').slice(0, 32);
}

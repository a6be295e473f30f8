import { execFile } from 'node:child_process';
import { hash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { requireProgram, UnavailableServer } from './processes.ts';

const run = promisify(execFile);

/** The folder of the repository's Go and Java programs. */
export const TOOLS_FOLDER = path.resolve(
  import.meta.dirname,
  '../../../../../tools',
);

/** First Java that the servers run on. */
const JAVA_RELEASE = 17;

function cacheFolder(env: NodeJS.ProcessEnv): string {
  return path.join(
    env.XDG_CACHE_HOME || path.join(homedir(), '.cache'),
    'shopfloor',
    'jars',
  );
}

/** @throws UnavailableServer when there is no Java that is new enough to run a source file */
export async function requireJava(): Promise<string> {
  const java = requireProgram('java', 'Debian: default-jdk-headless');
  requireProgram('javac', 'Debian: default-jdk-headless');
  const { stderr } = await run(java, ['-version']);
  const release = Number(/version "(\d+)/.exec(stderr)?.[1]);
  if (!(release >= JAVA_RELEASE)) {
    throw new UnavailableServer(
      `Java ${release || 'of unknown version'} is older than ${JAVA_RELEASE}`,
    );
  }
  return java;
}

/**
 * The jars of `tools/<name>/pom.xml`, resolved by Maven once per machine and version
 * of the file.
 *
 * @returns the class path
 * @throws UnavailableServer when Maven is absent or cannot resolve them
 */
export async function resolveJars(name: string): Promise<string> {
  const pom = path.join(TOOLS_FOLDER, name, 'pom.xml');
  const key = hash('sha256', await readFile(pom), 'hex').slice(0, 16);
  const folder = path.join(cacheFolder(process.env), `${name}-${key}`);
  if (!existsSync(folder)) {
    const maven = requireProgram('mvn', 'Debian: maven');
    await mkdir(path.dirname(folder), { recursive: true });
    const partial = await mkdtemp(`${folder}.`);
    try {
      await run(
        maven,
        [
          '-q',
          '-B',
          '-f',
          pom,
          'dependency:copy-dependencies',
          `-DoutputDirectory=${partial}`,
        ],
        { timeout: 10 * 60_000 },
      );
      // Whoever comes second finds the folder there and is as well served.
      await rename(partial, folder).catch(() => undefined);
    } catch (error) {
      const { stdout } = error as { stdout?: string };
      throw new UnavailableServer(
        `Maven cannot resolve ${name}: ${stdout?.split('\n')[0] || (error as Error).message}`,
      );
    } finally {
      await rm(partial, { recursive: true, force: true });
    }
  }
  return path.join(folder, '*');
}

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const repoRoot = resolve(import.meta.dirname, '../../../..');

/** The pinned version; docs/dependencies.md says what it is for. */
export const SCHEMATHESIS_VERSION = '4.32.5';

/** The program, installed on first use into the clone's toolchain, apart from the Python environment of the product. */
export async function provideSchemathesis(): Promise<string> {
  const folder = join(
    repoRoot,
    '.toolchain',
    `schemathesis-${SCHEMATHESIS_VERSION}`,
  );
  const program = join(folder, 'bin', 'schemathesis');
  const stamp = join(folder, 'complete');
  if (!existsSync(stamp)) {
    await run('python3', ['-m', 'venv', '--clear', folder]);
    await run(
      join(folder, 'bin', 'pip'),
      [
        'install',
        '--quiet',
        '--disable-pip-version-check',
        `schemathesis==${SCHEMATHESIS_VERSION}`,
      ],
      { maxBuffer: 16 * 1024 * 1024 },
    );
    await run('touch', [stamp]);
  }
  return program;
}

/** Options of {@link fuzzApi}. */
export interface FuzzOptions {
  program: string;
  /** Base URL of a running service; its document is at `/openapi.json`. */
  url: string;
  /** Sent as bearer token. */
  token: string;
  /** Most generated requests per operation. */
  examples: number;
  /** Makes a run repeatable. */
  seed: number;
}

/** What fuzzing of one API found. */
export interface FuzzOutcome {
  /** Whether no answer was a server's fault. */
  passed: boolean;
  output: string;
}

/**
 * Sends requests generated from the API's own document, valid and invalid ones, and looks for answers of 5xx. A 503 that a
 * test itself provoked would count as well, so run it against a whole stack.
 */
export async function fuzzApi(options: FuzzOptions): Promise<FuzzOutcome> {
  const { program, url, token, examples, seed } = options;
  try {
    const { stdout } = await run(
      program,
      [
        'run',
        `${url}/openapi.json`,
        '--url',
        url,
        '--header',
        `Authorization: Bearer ${token}`,
        '--checks',
        'not_a_server_error',
        '--phases',
        'examples,coverage,fuzzing',
        '--max-examples',
        String(examples),
        '--seed',
        String(seed),
        '--suppress-health-check',
        'all',
        '--request-timeout',
        '15',
        '--continue-on-failure',
        '--warnings',
        'off',
        '--generation-database',
        'none',
        '--no-color',
      ],
      { maxBuffer: 64 * 1024 * 1024 },
    );
    return { passed: true, output: stdout };
  } catch (error) {
    const { stdout = '', stderr = '' } = error as {
      stdout?: string;
      stderr?: string;
    };
    return { passed: false, output: `${stdout}\n${stderr}` };
  }
}

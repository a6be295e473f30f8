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
  /** Sent with each request, such as what says who asks. */
  headers: Record<string, string>;
  /** Most generated requests per operation; those for the edges of its schema come on top. */
  examples: number;
  /** Makes a run repeatable. */
  seed: number;
  /** Whether refusals must be RFC 9457 problem documents that name the field. */
  problems: boolean;
  /** Regular expression of the paths to ask; default all. */
  paths?: string;
  /** Regular expression of the paths not to ask; default none. */
  exceptPaths?: string;
}

/** What fuzzing of one API found. */
export interface FuzzOutcome {
  /** Whether each answer was one that the document and the rules of the house allow. */
  passed: boolean;
  /** Requests that were sent and looked at. */
  cases: number;
  output: string;
}

/**
 * Sends requests generated from the API's own document, valid and invalid ones. It fails when an answer is 5xx, when what the
 * document forbids is not refused, and when a refusal is not a problem document that names the field.
 */
export async function fuzzApi(options: FuzzOptions): Promise<FuzzOutcome> {
  const { program, url, headers, examples, seed, paths, exceptPaths } = options;
  const checks = ['not_a_server_error', 'negative_data_rejection'];
  if (options.problems) checks.push('refusals_are_problem_documents');
  const args = [
    ['--config-file', join(import.meta.dirname, 'schemathesis.toml')],
    'run',
    `${url}/openapi.json`,
    ['--url', url],
    Object.entries(headers).flatMap(([name, value]) => [
      '--header',
      `${name}: ${value}`,
    ]),
    ['--checks', checks.join(',')],
    ['--phases', 'examples,coverage,fuzzing,stateful'],
    ['--max-examples', String(examples)],
    ['--seed', String(seed)],
    ['--suppress-health-check', 'all'],
    ['--request-timeout', '60'],
    ['--max-redirects', '0'],
    '--no-shrink',
    '--continue-on-failure',
    ['--warnings', 'off'],
    ['--generation-database', 'none'],
    '--no-color',
    paths ? ['--include-path-regex', paths] : [],
    exceptPaths ? ['--exclude-path-regex', exceptPaths] : [],
  ].flat();
  try {
    const { stdout } = await run(program, args, {
      maxBuffer: 64 * 1024 * 1024,
      env: {
        ...process.env,
        SCHEMATHESIS_HOOKS: join(import.meta.dirname, 'problem_documents.py'),
        PYTHONDONTWRITEBYTECODE: '1',
      },
    });
    return { passed: true, cases: casesOf(stdout), output: stdout };
  } catch (error) {
    const { stdout = '', stderr = '' } = error as {
      stdout?: string;
      stderr?: string;
    };
    return {
      passed: false,
      cases: casesOf(stdout),
      output: stdout || stderr ? `${stdout}\n${stderr}` : String(error),
    };
  }
}

/** The figure in the summary; 0 when the program did not come that far. */
function casesOf(output: string): number {
  const [, generated = '0'] = /^ *([\d,]+) generated\b/m.exec(output) ?? [];
  return Number(generated.replaceAll(',', ''));
}

/** What one kind of check found: counts of single tests, and the words for each that did not pass. */
export interface CheckResult {
  name: string;
  passed: number;
  failed: number;
  skipped: number;
  /** One line per failure, enough to find it. */
  failures: string[];
  /** One line per skipped test, with its reason. */
  skips: string[];
  durationSeconds: number;
}

/** The sum over all checks, and the exit code that goes with it. */
export interface Summary {
  passed: number;
  failed: number;
  skipped: number;
  exitCode: 0 | 1;
}

/** Adds up checks. A run in which nothing was executed has failed: an empty suite proves nothing. */
export function summarize(results: readonly CheckResult[]): Summary {
  const sum = (pick: (result: CheckResult) => number) =>
    results.reduce((total, result) => total + pick(result), 0);
  const passed = sum(r => r.passed);
  const failed = sum(r => r.failed);
  return {
    passed,
    failed,
    skipped: sum(r => r.skipped),
    exitCode: failed > 0 || passed === 0 ? 1 : 0,
  };
}

/** The closing line that people and CI read. */
export function closingLine(summary: Summary): string {
  return `${summary.passed} passed, ${summary.failed} failed, ${summary.skipped} skipped`;
}

/** A check that is one statement, such as "the types are right": it passes or fails as a whole. */
export function singleResult(
  name: string,
  ok: boolean,
  durationSeconds: number,
): CheckResult {
  return {
    name,
    passed: ok ? 1 : 0,
    failed: ok ? 0 : 1,
    skipped: 0,
    failures: ok ? [] : [`${name}: see the output above`],
    skips: [],
    durationSeconds,
  };
}

interface JestJson {
  numFailedTestSuites?: number;
  testResults: {
    name: string;
    status: string;
    message?: string;
    assertionResults: {
      fullName: string;
      status: string;
    }[];
  }[];
}

/**
 * Reads Jest's `--json` output. A test file that could not be loaded has no
 * assertions; it counts as one failure.
 */
export function fromJest(
  json: JestJson,
  options: { root: string; durationSeconds: number },
): CheckResult {
  const result: CheckResult = {
    name: 'jest',
    passed: 0,
    failed: 0,
    skipped: 0,
    failures: [],
    skips: [],
    durationSeconds: options.durationSeconds,
  };
  for (const file of json.testResults) {
    const path = file.name.replace(`${options.root}/`, '');
    if (file.status === 'failed' && file.assertionResults.length === 0) {
      result.failed += 1;
      result.failures.push(`${path}: could not be run`);
    }
    for (const test of file.assertionResults) {
      if (test.status === 'passed') {
        result.passed += 1;
      } else if (test.status === 'failed') {
        result.failed += 1;
        result.failures.push(`${path}: ${test.fullName}`);
      } else {
        result.skipped += 1;
        result.skips.push(`${path}: ${test.fullName}`);
      }
    }
  }
  return result;
}

interface PlaywrightSuite {
  title: string;
  suites?: PlaywrightSuite[];
  specs?: {
    title: string;
    file: string;
    tests: {
      status: 'expected' | 'unexpected' | 'flaky' | 'skipped';
      annotations: { type: string; description?: string }[];
    }[];
  }[];
}

interface PlaywrightJson {
  suites: PlaywrightSuite[];
  errors: { message?: string }[];
}

/** Reads Playwright's JSON report. A flaky test has failed: it passes only when it does so at once. */
export function fromPlaywright(
  json: PlaywrightJson,
  options: { name: string; durationSeconds: number },
): CheckResult {
  const result: CheckResult = {
    name: options.name,
    passed: 0,
    failed: 0,
    skipped: 0,
    failures: [],
    skips: [],
    durationSeconds: options.durationSeconds,
  };
  const visit = (suite: PlaywrightSuite) => {
    for (const spec of suite.specs ?? []) {
      for (const test of spec.tests) {
        const title = `${spec.file}: ${spec.title}`;
        if (test.status === 'expected') {
          result.passed += 1;
        } else if (test.status === 'skipped') {
          result.skipped += 1;
          const why = test.annotations.find(a => a.type === 'skip');
          result.skips.push(
            `${title}${why?.description ? ` (${why.description})` : ''}`,
          );
        } else {
          result.failed += 1;
          result.failures.push(title);
        }
      }
    }
    suite.suites?.forEach(visit);
  };
  json.suites.forEach(visit);
  for (const error of json.errors) {
    result.failed += 1;
    result.failures.push(`${options.name}: ${error.message ?? 'error'}`);
  }
  return result;
}

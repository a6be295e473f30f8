import {
  closingLine,
  fromJest,
  fromPlaywright,
  singleResult,
  summarize,
} from './report.ts';

describe('summarize', () => {
  it('adds up the counts of every check', () => {
    const a = { ...singleResult('types', true, 1), skipped: 2 };
    const b = { ...singleResult('lint', true, 1), passed: 4 };
    expect(closingLine(summarize([a, b]))).toBe(
      '5 passed, 0 failed, 2 skipped',
    );
    expect(summarize([a, b]).exitCode).toBe(0);
  });

  it('fails when one check failed', () => {
    expect(
      summarize([singleResult('a', true, 0), singleResult('b', false, 0)])
        .exitCode,
    ).toBe(1);
  });

  it('fails when nothing was executed', () => {
    expect(summarize([]).exitCode).toBe(1);
  });
});

describe('fromJest', () => {
  const options = { root: '/repo', durationSeconds: 3 };

  it('counts a file that could not be loaded as one failure', () => {
    const result = fromJest(
      {
        testResults: [
          { name: '/repo/a.test.ts', status: 'failed', assertionResults: [] },
        ],
      },
      options,
    );
    expect(result.failed).toBe(1);
    expect(result.failures).toEqual(['a.test.ts: could not be run']);
  });

  it('counts passed, failed and pending tests apart', () => {
    const result = fromJest(
      {
        testResults: [
          {
            name: '/repo/a.test.ts',
            status: 'failed',
            assertionResults: [
              { fullName: 'x', status: 'passed' },
              { fullName: 'y', status: 'failed' },
              { fullName: 'z', status: 'pending' },
            ],
          },
        ],
      },
      options,
    );
    expect(result).toMatchObject({ passed: 1, failed: 1, skipped: 1 });
    expect(result.skips).toEqual(['a.test.ts: z']);
  });
});

describe('fromPlaywright', () => {
  it('counts a flaky test as failed and keeps the reason of a skip', () => {
    const spec = (
      title: string,
      status: 'expected' | 'unexpected' | 'flaky' | 'skipped',
      description?: string,
    ) => ({
      title,
      file: 'j.spec.ts',
      tests: [
        {
          status,
          annotations: description ? [{ type: 'skip', description }] : [],
        },
      ],
    });
    const result = fromPlaywright(
      {
        errors: [],
        suites: [
          {
            title: 'file',
            specs: [spec('a', 'expected')],
            suites: [
              {
                title: 'group',
                specs: [spec('b', 'flaky'), spec('c', 'skipped', 'no browser')],
              },
            ],
          },
        ],
      },
      { name: 'journeys', durationSeconds: 1 },
    );
    expect(result).toMatchObject({ passed: 1, failed: 1, skipped: 1 });
    expect(result.skips).toEqual(['j.spec.ts: c (no browser)']);
  });
});

import { execFile } from 'child_process';
import { mkdtemp, rm, writeFile } from 'fs/promises';
import { tmpdir } from 'os';
import { join } from 'path';
import { promisify } from 'util';
import { parse, stringify } from 'yaml';

/** One test of `promtool test rules`. */
export interface PromtoolTest {
  interval: string;
  input_series: Array<{ series: string; values: string }>;
  promql_expr_test: Array<{
    expr: string;
    eval_time: string;
    exp_samples?: Array<{ labels: string; value: number }>;
  }>;
}

function promtool(): string {
  const folder = process.env.SHOPFLOOR_TEST_TOOLS;
  if (!folder) {
    throw new Error(
      'SHOPFLOOR_TEST_TOOLS is not set; it names the folder with promtool (npm test sets it)',
    );
  }
  return join(folder, 'promtool');
}

/** Runs promtool over rules: `check rules`, and `test rules` when there are tests. Throws what it prints when it fails. */
export async function runPromtool(options: {
  rules: string;
  evaluationInterval?: string;
  tests?: PromtoolTest[];
}): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'slo-rules-'));
  const run = async (...args: string[]) => {
    try {
      await promisify(execFile)(promtool(), args);
    } catch (error) {
      const { stdout = '', stderr = '' } = error as Record<string, string>;
      throw new Error(`promtool ${args[0]}: ${stdout}${stderr}`);
    }
  };
  try {
    const rules = join(folder, 'rules.yaml');
    await writeFile(rules, options.rules);
    await run('check', 'rules', rules);
    if (options.tests) {
      const tests = join(folder, 'tests.yaml');
      await writeFile(
        tests,
        stringify({
          rule_files: [rules],
          evaluation_interval: options.evaluationInterval ?? '1m',
          fuzzy_compare: true,
          // Without it promtool takes the groups in any order.
          group_eval_order: parse(options.rules).groups.map(
            ({ name }: { name: string }) => name,
          ),
          tests: options.tests,
        }),
      );
      await run('test', 'rules', tests);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

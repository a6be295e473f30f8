import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { required } from '../testing/LiveSandbox.ts';

const folder = resolve(
  import.meta.dirname,
  '../../../../platform/observability/prometheus',
);

/** A busy machine takes its time. */
const timeoutMs = 60_000;

function filesOf(name: string): string[] {
  return readdirSync(join(folder, name))
    .filter(file => file.endsWith('.yaml'))
    .sort();
}

/** Runs promtool; its words are the failure's message. */
async function promtool(...args: string[]): Promise<true> {
  try {
    await promisify(execFile)(
      join(required('SHOPFLOOR_TEST_TOOLS'), 'promtool'),
      args,
    );
    return true;
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${stdout}\n${stderr}`, { cause: error });
  }
}

describe('recording rules', () => {
  it.each(['rules', 'rules-istio'])(
    'are valid in %s',
    async name => {
      const files = filesOf(name).map(file => join(folder, name, file));
      await expect(promtool('check', 'rules', ...files)).resolves.toBe(true);
    },
    timeoutMs,
  );

  it.each(filesOf('tests'))(
    'give what %s expects',
    async file => {
      const path = join(folder, 'tests', file);
      await expect(promtool('test', 'rules', path)).resolves.toBe(true);
    },
    timeoutMs,
  );
});

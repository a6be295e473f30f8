/**
 * Fuzzes the services from their OpenAPI documents: `npm run fuzz -- [--examples 25] [--seed 1] [--json <file>] [service …]`.
 */
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ScratchPostgres } from '../stack/ScratchPostgres.ts';
import { ShopStack } from '../stack/ShopStack.ts';
import { fuzzSettings, fuzzShop } from './fuzzShop.ts';

const repoRoot = resolve(import.meta.dirname, '../../../..');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    examples: { type: 'string', default: '25' },
    seed: { type: 'string', default: '1' },
    json: { type: 'string' },
  },
});
const { merchantKey, ...settings } = fuzzSettings();
const results: { name: string; passed: boolean; cases: number }[] = [];
const postgres = await ScratchPostgres.start();
try {
  const stack = await ShopStack.start({
    postgresUrl: postgres.url,
    workDir: join(repoRoot, '.sandbox-drills'),
    ...settings,
  });
  const unknown = positionals.filter(
    name => !stack.services.some(service => service.name === name),
  );
  try {
    if (unknown.length > 0) {
      throw new Error(`There is no service ${unknown.join(', ')}`);
    }
    await fuzzShop(stack, {
      merchantKey,
      examples: Number(values.examples),
      seed: Number(values.seed),
      services: positionals.length > 0 ? positionals : undefined,
      onResult: ({ service, as, passed, cases, seconds, output }) => {
        const name = `${service} as ${as}`;
        console.error(
          `${passed ? '✓' : '✗'} ${name}: ${cases} cases, ${seconds} s`,
        );
        if (!passed) console.error(output);
        // A run that sent nothing has proven nothing.
        results.push({ name, passed: passed && cases > 0, cases });
      },
    });
  } finally {
    await stack.stop();
  }
} finally {
  await postgres.remove();
}
if (values.json) writeFileSync(values.json, JSON.stringify(results));
const cases = results.reduce((sum, result) => sum + result.cases, 0);
const failed = results.filter(({ passed }) => !passed).length;
console.error(`${cases} cases in ${results.length} runs, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);

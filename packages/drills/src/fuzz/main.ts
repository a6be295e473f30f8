/**
 * Fuzzes the services from their OpenAPI documents: `npm run fuzz -- [--examples 25] [--seed 1] [service …]`.
 */
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ScratchPostgres } from '../stack/ScratchPostgres.ts';
import { ShopStack } from '../stack/ShopStack.ts';
import { fuzzShop } from './fuzzShop.ts';

const repoRoot = resolve(import.meta.dirname, '../../../..');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    examples: { type: 'string', default: '25' },
    seed: { type: 'string', default: '1' },
    json: { type: 'string' },
  },
});
const postgres = await ScratchPostgres.start();
let failed = 0;
const results: { name: string; passed: boolean }[] = [];
try {
  const stack = await ShopStack.start({
    postgresUrl: postgres.url,
    workDir: join(repoRoot, '.sandbox-drills'),
  });
  try {
    for await (const { service, as, passed, output } of fuzzShop(stack, {
      examples: Number(values.examples),
      seed: Number(values.seed),
      services: positionals.length > 0 ? positionals : undefined,
    })) {
      console.error(`${passed ? '✓' : '✗'} ${service} as ${as}`);
      results.push({ name: `${service} as ${as}`, passed });
      if (!passed) {
        failed += 1;
        console.error(output);
      }
    }
  } finally {
    await stack.stop();
  }
} finally {
  await postgres.remove();
}
if (values.json) writeFileSync(values.json, JSON.stringify(results));
process.exit(failed > 0 ? 1 : 0);

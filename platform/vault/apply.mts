/**
 * The platform's pipeline of Vault: `node platform/vault/apply.mts [--plan] --settings <file>`. README.md says what it writes.
 */
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(import.meta.url);
// The package is written like the backend's: it is loaded the way the backend is.
require('@backstage/cli-node/config/nodeTransform.cjs');
const { runPipeline } = require('../../packages/vault-platform/src/main.ts');

try {
  await runPipeline({
    args: process.argv.slice(2),
    root: path.resolve(import.meta.dirname, '../..'),
    print: (line: string) => process.stdout.write(`${line}\n`),
  });
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}

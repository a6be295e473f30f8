/**
 * Compiles the Rego policies to WebAssembly.
 *
 *     node platform/policies/build.mts --opa <path of opa> [--out <folder>]
 *
 * The result is committed, so that the portal needs no opa; a test compares it with a fresh build.
 */
import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    opa: { type: 'string', default: 'opa' },
    out: { type: 'string', default: join(import.meta.dirname, 'generated') },
  },
});
const opa = values.opa.includes('/') ? resolve(values.opa) : values.opa;
const out = resolve(values.out);
const work = mkdtempSync(join(tmpdir(), 'shopfloor-policy-'));
try {
  const sources = readdirSync(join(import.meta.dirname, 'portal'))
    .filter(name => name.endsWith('.rego') && !name.endsWith('_test.rego'))
    .sort()
    .map(name => join('portal', name));
  const bundle = join(work, 'bundle.tar.gz');
  // Relative names, since opa writes the names of the sources into the bundle.
  execFileSync(
    opa,
    [
      'build',
      '--target=wasm',
      '--entrypoint=portal/decision',
      `--output=${bundle}`,
      ...sources,
    ],
    { cwd: import.meta.dirname, stdio: 'inherit' },
  );
  const wasm = execFileSync('tar', ['-xzOf', bundle, '/policy.wasm'], {
    stdio: 'pipe',
    maxBuffer: 64 * 1024 * 1024,
  });
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, 'portal.wasm'), wasm);
} finally {
  rmSync(work, { recursive: true, force: true });
}

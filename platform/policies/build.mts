/**
 * Compiles the Rego policies to WebAssembly.
 *
 *     node platform/policies/build.mts --opa <path of opa> [--out <folder>]
 *
 * The results are committed, so that nothing that runs needs opa; tests compare them with a fresh build. The services'
 * policy is written once more as a TypeScript module of the service kit, since a bundled service is one file.
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

const policies = [
  { folder: 'portal', entrypoint: 'portal/decision' },
  { folder: 'services', entrypoint: 'services/decision' },
];
const servicesModule = join(
  import.meta.dirname,
  '../../packages/service-kit/src/access/generated/servicesPolicy.ts',
);

const { values } = parseArgs({
  options: {
    opa: { type: 'string', default: 'opa' },
    out: { type: 'string' },
  },
});
const opa = values.opa.includes('/') ? resolve(values.opa) : values.opa;
const out = resolve(values.out ?? join(import.meta.dirname, 'generated'));

function compile(folder: string, entrypoint: string): Buffer {
  const work = mkdtempSync(join(tmpdir(), 'shopfloor-policy-'));
  try {
    const sources = readdirSync(join(import.meta.dirname, folder))
      .filter(name => name.endsWith('.rego') && !name.endsWith('_test.rego'))
      .sort()
      .map(name => join(folder, name));
    const bundle = join(work, 'bundle.tar.gz');
    // Relative names, since opa writes the names of the sources into the bundle.
    execFileSync(
      opa,
      [
        'build',
        '--target=wasm',
        `--entrypoint=${entrypoint}`,
        `--output=${bundle}`,
        ...sources,
      ],
      { cwd: import.meta.dirname, stdio: 'inherit' },
    );
    return execFileSync('tar', ['-xzOf', bundle, '/policy.wasm'], {
      stdio: 'pipe',
      maxBuffer: 64 * 1024 * 1024,
    });
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

mkdirSync(out, { recursive: true });
for (const { folder, entrypoint } of policies) {
  const wasm = compile(folder, entrypoint);
  writeFileSync(join(out, `${folder}.wasm`), wasm);
  if (folder === 'services') {
    const lines = wasm.toString('base64').match(/.{1,100}/g)!;
    const module = [
      '// Generated from platform/policies/services; do not edit. Renew with: node platform/policies/build.mts',
      '/** The policy of the services, compiled to WebAssembly, in base64. */',
      'export const SERVICES_POLICY_WASM = [',
      ...lines.map(line => `  '${line}',`),
      "].join('');",
      '',
    ].join('\n');
    writeFileSync(
      values.out ? join(out, 'servicesPolicy.ts') : servicesModule,
      module,
    );
  }
}

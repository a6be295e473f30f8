/**
 * Renders every values file that is kept as a golden render, with Helm:
 * `node platform/charts/render.mts <folder of helm>` writes what differs.
 * A test of services/products renders anew and compares.
 */
import { execFile } from 'node:child_process';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

import {
  planReleases,
  renderHeader,
  renderPath,
  sandboxOverlay,
} from '../../packages/sandbox/src/deploy/render.ts';
import { environments } from '../../packages/sandbox/src/deploy/environments.ts';

const run = promisify(execFile);
const root = path.resolve(import.meta.dirname, '../..');
const chart = path.join(root, 'platform/charts/service');

/** One golden render: values in, manifests out. Paths are relative to the repository. */
export interface Render {
  release: string;
  namespace: string;
  values: string[];
  output: string;
}

/** Every golden render: each feature of the chart, and each service as the sandbox runs it. */
export async function listRenders(): Promise<Render[]> {
  const renders: Render[] = [];
  for (const file of (await readdir(path.join(chart, 'ci'))).sort()) {
    const feature = file.replace(/-values\.yaml$/, '');
    renders.push({
      release: feature,
      namespace: 'production',
      values: [`platform/charts/service/ci/${file}`],
      output: `platform/charts/service/generated/${feature}.yaml`,
    });
  }
  for (const release of planReleases({ repoRoot: root, environments })) {
    renders.push({
      release: release.service,
      namespace: release.environment,
      values: [...release.values, sandboxOverlay],
      output: renderPath(release),
    });
  }
  return renders;
}

/** Runs Helm; its message is the error's when the values are refused. */
export async function helmTemplate(options: {
  helm: string;
  release: string;
  namespace: string;
  /** Absolute paths. */
  values: string[];
  set?: string[];
}): Promise<string> {
  const { stdout } = await run(
    options.helm,
    [
      'template',
      options.release,
      chart,
      '--namespace',
      options.namespace,
      ...options.values.flatMap(file => ['--values', file]),
      ...(options.set ?? []).flatMap(value => ['--set-json', value]),
    ],
    { maxBuffer: 16 * 1024 * 1024 },
  );
  return stdout;
}

/** Renders one golden render as it is committed. */
export async function render(helm: string, wanted: Render): Promise<string> {
  const manifests = await helmTemplate({
    helm,
    release: wanted.release,
    namespace: wanted.namespace,
    values: wanted.values.map(file => path.join(root, file)),
  });
  return `${renderHeader(root, wanted.values)}${manifests}`;
}

/** The committed text of a golden render; undefined when there is none yet. */
export async function readCommitted(
  wanted: Render,
): Promise<string | undefined> {
  return readFile(path.join(root, wanted.output), 'utf8').catch(
    () => undefined,
  );
}

async function writeRenders(helm: string): Promise<void> {
  for (const wanted of await listRenders()) {
    const text = await render(helm, wanted);
    if (text !== (await readCommitted(wanted))) {
      const file = path.join(root, wanted.output);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, text);
      process.stdout.write(`${wanted.output} written\n`);
    }
  }
}

if (import.meta.main) {
  writeRenders(path.join(process.argv[2] ?? '', 'helm')).catch(error => {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 1;
  });
}

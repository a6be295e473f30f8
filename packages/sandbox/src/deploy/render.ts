import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { z } from 'zod';
import { parseManifests, type KubernetesObject } from '../kubernetes/index.ts';

/** A service in one environment. */
export interface Release {
  service: string;
  environment: string;
  /** Files of values relative to the repository; the later ones win. */
  values: string[];
}

/** The environment that runs the whole shop. */
const wholeShop = 'production';

const chartFolder = 'platform/charts/service';

/** Values on top of a service's own where pods are processes of one machine. */
export const sandboxOverlay = `${chartFolder}/overlays/sandbox.yaml`;

/**
 * What is deployed where: every service with `deploy/values.yaml` in production, and elsewhere only what has values for that
 * environment.
 */
export function planReleases(options: {
  repoRoot: string;
  environments: string[];
}): Release[] {
  const { repoRoot, environments } = options;
  return readdirSync(join(repoRoot, 'services')).flatMap(service => {
    const base = `services/${service}/deploy/values.yaml`;
    if (!existsSync(join(repoRoot, base))) return [];
    return environments.flatMap(environment => {
      const own = `services/${service}/deploy/values-${environment}.yaml`;
      if (existsSync(join(repoRoot, own)))
        return [{ service, environment, values: [base, own] }];
      return environment === wholeShop
        ? [{ service, environment, values: [base] }]
        : [];
    });
  });
}

const variables = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean()]).transform(String),
);

const needsSchema = z.object({
  versions: z.array(
    z.object({
      name: z.string(),
      tag: z.string(),
      env: variables.default({}),
    }),
  ),
  config: variables.default({}),
  database: z
    .object({ enabled: z.boolean().default(false) })
    .default({ enabled: false }),
  migrations: z
    .object({
      enabled: z.boolean().default(false),
      env: variables.default({}),
    })
    .default({ enabled: false, env: {} }),
  events: z
    .object({
      enabled: z.boolean().default(false),
      append: z.array(z.string()).default([]),
      consume: z
        .array(z.object({ group: z.string(), topics: z.array(z.string()) }))
        .default([]),
    })
    .default({ enabled: false, append: [], consume: [] }),
  settingsEnv: z
    .array(
      z.object({
        name: z.string(),
        key: z.string(),
        grant: z.string().optional(),
      }),
    )
    .default([]),
  secretEnv: z
    .array(
      z.object({
        name: z.string(),
        secret: z.string(),
        key: z.string(),
        grant: z.string().optional(),
      }),
    )
    .default([]),
  secrets: z
    .object({
      vault: z
        .object({
          enabled: z.boolean().default(false),
          grants: z.record(z.string(), z.unknown()).default({}),
        })
        .default({ enabled: false, grants: {} }),
    })
    .default({ vault: { enabled: false, grants: {} } }),
});

/** What a release brings and what it expects to find in its namespace: its values, without what the chart makes itself. */
export type ReleaseNeeds = z.infer<typeof needsSchema>;

/** As Helm lays files of values over each other: maps are merged, of all else the later one wins. */
function laidOver(
  below: Record<string, unknown>,
  above: Record<string, unknown>,
): Record<string, unknown> {
  const isMap = (value: unknown): value is Record<string, unknown> =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  const merged = { ...below };
  for (const [key, value] of Object.entries(above)) {
    const before = merged[key];
    merged[key] =
      isMap(before) && isMap(value) ? laidOver(before, value) : value;
  }
  return merged;
}

/** What a release needs of whoever installs it. The later file of values wins, key by key. */
export async function releaseNeeds(
  repoRoot: string,
  release: Release,
): Promise<ReleaseNeeds> {
  let values: Record<string, unknown> = {};
  for (const file of release.values) {
    values = laidOver(
      values,
      parse(await readFile(join(repoRoot, file), 'utf8')) ?? {},
    );
  }
  return needsSchema.parse(values);
}

function chartFiles(repoRoot: string): string[] {
  return [
    'Chart.yaml',
    'values.yaml',
    'values.schema.json',
    ...readdirSync(join(repoRoot, chartFolder, 'templates'))
      .sort()
      .map(name => `templates/${name}`),
    ...readdirSync(join(repoRoot, chartFolder, 'files'))
      .sort()
      .map(name => `files/${name}`),
  ].map(name => `${chartFolder}/${name}`);
}

/** First lines of a committed render: what made it, and from which bytes. */
export function renderHeader(repoRoot: string, values: string[]): string {
  const hash = createHash('sha256');
  for (const file of [...chartFiles(repoRoot), ...values]) {
    hash.update(`\0${file}\0`).update(readFileSync(join(repoRoot, file)));
  }
  return `# Generated by platform/charts/render.mts from ${values.join(
    ' and ',
  )}; do not edit.\n# Inputs: sha256 ${hash.digest('hex')}\n`;
}

/** Where a release's render is committed, relative to the repository. */
export function renderPath(release: Release): string {
  return `services/${release.service}/deploy/generated/sandbox-${release.environment}.yaml`;
}

/** The committed render of a release; `undefined` when it is absent or made from other bytes than those of today. */
export function currentRender(
  repoRoot: string,
  release: Release,
): string | undefined {
  const file = join(repoRoot, renderPath(release));
  if (!existsSync(file)) return undefined;
  const text = readFileSync(file, 'utf8');
  const header = renderHeader(repoRoot, [...release.values, sandboxOverlay]);
  return text.startsWith(header) ? text : undefined;
}

/**
 * The manifests of a release, by the chart that a real cluster gets, too; only how pods enter the mesh differs. The committed
 * render is taken while it is current, so that Helm is needed only where someone has changed the chart or values.
 *
 * @throws with Helm's own words when values do not fit the chart
 */
export async function renderRelease(options: {
  helm: () => string;
  repoRoot: string;
  release: Release;
  env: Readonly<Record<string, string>>;
}): Promise<KubernetesObject[]> {
  const { repoRoot, release } = options;
  const source = `${release.service} in ${release.environment}`;
  const committed = currentRender(repoRoot, release);
  if (committed !== undefined) return parseManifests(committed, source);
  const { stdout } = await promisify(execFile)(
    options.helm(),
    [
      'template',
      release.service,
      join(repoRoot, chartFolder),
      '--namespace',
      release.environment,
      ...[...release.values, sandboxOverlay].flatMap(file => [
        '--values',
        join(repoRoot, file),
      ]),
    ],
    { env: options.env, maxBuffer: 16 * 1024 * 1024 },
  );
  return parseManifests(stdout, source);
}

import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { parseManifests, type KubernetesObject } from '../kubernetes/index.ts';

/** A service in one environment. */
export interface Release {
  service: string;
  environment: string;
  /** Files of values, the later ones win. */
  values: string[];
}

/** The environment that runs the whole shop. */
const wholeShop = 'production';

/**
 * What is deployed where: every service with `deploy/values.yaml` in production, and elsewhere only what has values for that
 * environment.
 */
export function planReleases(options: {
  repoRoot: string;
  environments: string[];
}): Release[] {
  const services = join(options.repoRoot, 'services');
  return readdirSync(services).flatMap(service => {
    const base = join(services, service, 'deploy', 'values.yaml');
    if (!existsSync(base)) return [];
    return options.environments.flatMap(environment => {
      const own = join(
        services,
        service,
        'deploy',
        `values-${environment}.yaml`,
      );
      if (existsSync(own))
        return [{ service, environment, values: [base, own] }];
      return environment === wholeShop
        ? [{ service, environment, values: [base] }]
        : [];
    });
  });
}

/** Whether a release asks for a database. */
export async function wantsDatabase(release: Release): Promise<boolean> {
  let wanted = false;
  for (const file of release.values) {
    const enabled = parse(await readFile(file, 'utf8'))?.database?.enabled;
    if (enabled !== undefined) wanted = enabled;
  }
  return wanted;
}

/**
 * Renders a release with the chart that a real cluster gets, too; only how pods enter the mesh differs.
 *
 * @throws with Helm's own words when values do not fit the chart
 */
export async function renderRelease(options: {
  helm: string;
  repoRoot: string;
  release: Release;
  env: Readonly<Record<string, string>>;
}): Promise<KubernetesObject[]> {
  const { release } = options;
  const { stdout } = await promisify(execFile)(
    options.helm,
    [
      'template',
      release.service,
      join(options.repoRoot, 'platform/charts/service'),
      '--namespace',
      release.environment,
      ...release.values.flatMap(file => ['--values', file]),
      '--set',
      'mesh.registration=workloadEntry',
    ],
    { env: options.env, maxBuffer: 16 * 1024 * 1024 },
  );
  return parseManifests(stdout, `${release.service} in ${release.environment}`);
}

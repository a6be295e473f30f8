import { readFile } from 'node:fs/promises';
import { resolvePackagePath } from '@backstage/backend-plugin-api';
import { PortalStatus } from '@shopfloor/plugin-status-common';

/** The versions of the portal that runs, read from the files of its repository. */
export async function readPortalStatus(startedAt: Date): Promise<PortalStatus> {
  const [product, backstage] = await Promise.all([
    readVersion('package.json'),
    readVersion('backstage.json'),
  ]);
  return {
    version: product ?? 'unknown',
    ...(backstage && { backstageVersion: backstage }),
    startedAt: startedAt.toISOString(),
  };
}

/** Absent where the portal runs without its repository around it. */
async function readVersion(name: string): Promise<string | undefined> {
  const path = resolvePackagePath(
    '@shopfloor/plugin-status-backend',
    '../..',
    name,
  );
  try {
    return JSON.parse(await readFile(path, 'utf8')).version;
  } catch {
    return undefined;
  }
}

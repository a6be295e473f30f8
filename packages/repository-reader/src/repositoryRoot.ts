import { pathToFileURL } from 'node:url';
import { resolvePackagePath } from '@backstage/backend-plugin-api';

/** The folder of this repository, wherever the portal is started from. */
export function repositoryRoot(): string {
  return resolvePackagePath('@shopfloor/repository-reader', '../..');
}

/**
 * Gives `SHOPFLOOR_REPOSITORY_URL` its default: this folder. A deployment points it at the repository on its git server,
 * and everything that is read from it (catalog, SLOs, docs) is read there in the same way.
 */
export function defaultRepositoryUrl(env: NodeJS.ProcessEnv): void {
  env.SHOPFLOOR_REPOSITORY_URL ??= pathToFileURL(repositoryRoot()).href;
}

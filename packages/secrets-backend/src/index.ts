import { createBackend } from '@backstage/backend-defaults';
import { stringifyError } from '@backstage/errors';
import { trailAuditorServiceFactory } from '@shopfloor/plugin-audit-node';
import {
  defaultRepositoryUrl,
  repositoryUrlReader,
} from '@shopfloor/repository-reader';
import { startupGuard } from './hardening/startupGuard';

defaultRepositoryUrl(process.env);

const backend = createBackend();

backend.add(startupGuard);
backend.add(trailAuditorServiceFactory);
backend.add(repositoryUrlReader);
backend.add(import('@shopfloor/plugin-secrets-backend'));

backend.start().catch(error => {
  // Backstage would log it and stay, with a port that serves nothing.
  process.stderr.write(`${stringifyError(error)}\n`);
  process.exit(1);
});

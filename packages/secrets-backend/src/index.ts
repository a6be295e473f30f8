import { createBackend } from '@backstage/backend-defaults';
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

backend.start();

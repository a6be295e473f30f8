import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { ProcessPart, SandboxContext } from '../supervisor/types.ts';
import {
  configArguments,
  portalEnvironment,
  SECRET_VARIABLES,
} from './portalEnvironment.ts';
import { portalFiles } from './vaultPlatform.ts';

/**
 * The portal's second process, which alone acts on OpenBao. It has a role of PostgreSQL, an account of Kubernetes and an AppRole of
 * its own, and none of what the portal signs in with.
 */
export function secretsBackendPart(ctx: SandboxContext): ProcessPart {
  return {
    kind: 'process',
    name: 'secrets-backend',
    dependsOn: ['postgres', 'vault-platform'],
    yieldsTo: { part: 'portal', atMostMs: 60_000 },
    address: `http://127.0.0.1:${ctx.ports.secrets}`,
    command: () => ({
      file: ctx.nodePath,
      args: [
        '--enable-source-maps',
        '--require',
        join(
          ctx.repoRoot,
          'node_modules/@backstage/cli-node/config/nodeTransform.cjs',
        ),
        'src/index.ts',
        ...configArguments(
          ctx,
          join(ctx.repoRoot, 'app-config.secrets.yaml'),
          join(ctx.repoRoot, 'app-config.secrets.sandbox.yaml'),
        ),
      ],
      cwd: join(ctx.repoRoot, 'packages/secrets-backend'),
      env: { ...secretsEnvironment(ctx), NODE_ENV: 'production' },
    }),
    health: {
      kind: 'http',
      url: `http://127.0.0.1:${ctx.ports.secrets}/.backstage/health/v1/readiness`,
    },
    startTimeoutMs: 180_000,
    // Each question is a line of its log.
    healthIntervalMs: 10_000,
    stopGraceMs: 20_000,
  };
}

/** Its variables: of the portal's those that are no secret, and its own. */
export function secretsEnvironment(
  ctx: SandboxContext,
): Record<string, string> {
  const files = portalFiles(join(ctx.stateDir, 'openbao'));
  const shared = Object.entries(portalEnvironment(ctx)).filter(
    ([name]) => !SECRET_VARIABLES.includes(name),
  );
  return {
    ...Object.fromEntries(shared),
    // The shared configuration wants them. Nobody knows these: Alertmanager and pipelines speak to the portal.
    SHOPFLOOR_ALERTS_TOKEN: randomBytes(32).toString('base64url'),
    SHOPFLOOR_PIPELINE_TOKEN: randomBytes(32).toString('base64url'),
    SHOPFLOOR_SECRETS_DB_USER: 'secrets',
    SHOPFLOOR_SECRETS_DB_PASSWORD: ctx.secrets.secretsDatabasePassword,
    SHOPFLOOR_VAULT_ROLE_ID_FILE: files.roleIdFile,
    SHOPFLOOR_VAULT_SECRET_ID_FILE: files.secretIdFile,
    SHOPFLOOR_SECRETS_KUBERNETES_TOKEN:
      ctx.secrets.kubernetesTokens['shopfloor-secrets'],
  };
}

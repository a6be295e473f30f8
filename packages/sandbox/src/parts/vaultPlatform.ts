import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { writeFileAtomic } from '../config/files.ts';
import { environments } from '../deploy/environments.ts';
import { KubernetesClient, readKubeconfig } from '../kubernetes/index.ts';
import { parsePeople } from '../oidc/people.ts';
import { openbaoRedirects } from '../oidc/portalRealm.ts';
import type {
  PartDefinition,
  PartRun,
  SandboxContext,
} from '../supervisor/types.ts';
import { keepChecksToken } from './checksToken.ts';
import { OpenBaoClient } from './openbaoClient.ts';
import {
  appRoleFiles,
  issueAppRole,
  pipelineFiles,
  type AppRoleFiles,
} from './openbaoSetUp.ts';
import { LEASING_ROLE } from './postgresDatabases.ts';

/** Longer than a sandbox runs without a start, at which it is made anew. */
const REVIEWER_TOKEN_SECONDS = 365 * 24 * 3600;
const REVIEWER =
  '/api/v1/namespaces/kube-system/serviceaccounts/openbao-token-review/token';

/** The portal's AppRole, as the pipeline names it. */
const PORTAL_ROLE = 'shopfloor-secrets';
const APPROVING_GROUP = 'security-team';

/** What the platform's pipeline does at every start, with an identity of its own: connects OpenBao to the sandbox, and writes policies and roles. */
export function vaultPlatformPart(ctx: SandboxContext): PartDefinition {
  return {
    kind: 'task',
    name: 'vault-platform',
    dependsOn: ['openbao', 'postgres', 'cluster-setup', 'oidc'],
    run: run => runPipeline(ctx, run),
  };
}

async function runPipeline(ctx: SandboxContext, run: PartRun): Promise<void> {
  const address = `http://127.0.0.1:${ctx.ports.openbao}`;
  const dir = join(ctx.stateDir, 'openbao');
  const client = new OpenBaoClient(address);
  const cluster = new KubernetesClient(
    await readKubeconfig(ctx.kubernetes.kubeconfig),
  );
  const pipeline = await client.login(pipelineFiles(dir));
  try {
    run.progress('connects OpenBao to the cluster, PostgreSQL and sign-in');
    const reviewerToken = await requestReviewerToken(cluster);
    for (const environment of environments) {
      await pipeline.write(`auth/kubernetes-${environment}/config`, {
        kubernetes_host: ctx.kubernetes.url,
        kubernetes_ca_cert: ctx.kubernetes.ca,
        token_reviewer_jwt: reviewerToken,
        disable_local_ca_jwt: true,
      });
      await pipeline.write(`database-${environment}/config/postgres`, {
        plugin_name: 'postgresql-database-plugin',
        allowed_roles: ['*'],
        connection_url: `postgresql://{{username}}:{{password}}@127.0.0.1:${ctx.ports.postgres}/postgres?sslmode=disable`,
        username: LEASING_ROLE,
        password: ctx.secrets.openbaoDatabasePassword,
        password_authentication: 'scram-sha-256',
        max_open_connections: 4,
      });
      await ensureAuthority(pipeline, environment);
    }
    await pipeline.write('auth/oidc/config', {
      oidc_discovery_url: `http://localhost:${ctx.ports.oidc}`,
      oidc_client_id: 'openbao',
      oidc_client_secret: ctx.secrets.openbaoOidcClientSecret,
      default_role: 'people',
    });
    // Whoever signs in so gets nothing yet: grants to people and approvals name them.
    await pipeline.write('auth/oidc/role/people', {
      role_type: 'oidc',
      user_claim: 'email',
      oidc_scopes: ['email', 'profile'],
      allowed_redirect_uris: openbaoRedirects(ctx.ports.openbao),
      token_policies: ['default'],
      token_ttl: '1h',
      token_max_ttl: '8h',
    });
    run.progress('writes policies and roles as the services declare them');
    await applyDeclarations({ ctx, run, address, dir });
    const portal = portalFiles(dir);
    if (!(await stillGood(client, portal))) {
      await issueAppRole({
        client: pipeline,
        role: PORTAL_ROLE,
        folder: join(dir, PORTAL_ROLE),
      });
    }
    await keepChecksToken({ client, pipeline, dir });
  } finally {
    await pipeline.revokeSelf();
    await cluster.close();
  }
}

/** With what the portal's secrets backend signs in at OpenBao. */
export function portalFiles(dir: string): AppRoleFiles {
  return appRoleFiles(join(dir, PORTAL_ROLE));
}

/** Runs the same program as a pipeline elsewhere, which is not written for this process. */
async function applyDeclarations(options: {
  ctx: SandboxContext;
  run: PartRun;
  address: string;
  dir: string;
}): Promise<void> {
  const { ctx, run, address, dir } = options;
  const settings = join(dir, 'pipeline.json');
  writeFileAtomic({
    path: settings,
    content: `${JSON.stringify(
      {
        address,
        auth: { kind: 'approle', mount: 'approle', ...pipelineFiles(dir) },
        environments: environments.map(name => ({ name })),
        portal: { kind: 'approle', mount: 'approle' },
        approvers: approvers(ctx.repoRoot),
        peopleMount: 'oidc',
        seeds: ['database'],
      },
      undefined,
      2,
    )}\n`,
    mode: 0o600,
  });
  const { stdout } = await promisify(execFile)(
    ctx.nodePath,
    [join(ctx.repoRoot, 'platform/vault/apply.mts'), '--settings', settings],
    { cwd: ctx.repoRoot, env: ctx.childEnv, signal: run.signal },
  );
  stdout
    .trim()
    .split('\n')
    .forEach(line => run.log.line(line));
}

/** Who may authorise at OpenBao what was not declared: the security team. */
function approvers(repoRoot: string): string[] {
  const path = join(repoRoot, 'platform/identity/people.yaml');
  return parsePeople(readFileSync(path, 'utf8'))
    .filter(({ groups }) => groups.includes(APPROVING_GROUP))
    .map(({ email }) => email);
}

/** Credentials of before are kept, so that their number does not grow with each start. */
async function stillGood(
  client: OpenBaoClient,
  files: AppRoleFiles,
): Promise<boolean> {
  if (!existsSync(files.secretIdFile)) return false;
  try {
    await (await client.login(files)).revokeSelf();
    return true;
  } catch {
    return false;
  }
}

/** A token with which OpenBao asks whose a service account's token is. */
async function requestReviewerToken(
  cluster: KubernetesClient,
): Promise<string> {
  const answer = await cluster.json<{ status: { token: string } }>(REVIEWER, {
    method: 'POST',
    body: {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: { expirationSeconds: REVIEWER_TOKEN_SECONDS },
    },
  });
  return answer.status.token;
}

/** The authority that signs certificates of an environment; its key never leaves OpenBao. */
async function ensureAuthority(
  pipeline: OpenBaoClient,
  environment: string,
): Promise<void> {
  const issuers = await pipeline.read(`pki-${environment}/config/issuers`);
  if (!issuers?.default) {
    await pipeline.write(`pki-${environment}/root/generate/internal`, {
      common_name: `Shopfloor sandbox ${environment}`,
      key_type: 'ec',
      ttl: '87600h',
    });
  }
}

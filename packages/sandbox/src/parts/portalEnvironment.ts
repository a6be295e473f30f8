import { join } from 'node:path';
import type { SandboxContext } from '../supervisor/types.ts';
import { checksTokenFile } from './checksToken.ts';

/** The variables that `app-config.sandbox.yaml` refers to; docs/reference/contracts.md lists them. */
export function portalEnvironment(ctx: SandboxContext): Record<string, string> {
  const { ports, secrets, kubernetes } = ctx;
  const local = (port: number) => `http://127.0.0.1:${port}`;
  return {
    SHOPFLOOR_PORTAL_PORT: String(ports.portal),
    SHOPFLOOR_SECRETS_PORT: String(ports.secrets),
    SHOPFLOOR_POSTGRES_PORT: String(ports.postgres),
    SHOPFLOOR_PORTAL_DB_USER: 'portal',
    SHOPFLOOR_PORTAL_DB_PASSWORD: secrets.portalDatabasePassword,
    SHOPFLOOR_SESSION_SECRET: secrets.sessionSecret,
    SHOPFLOOR_ALERTS_TOKEN: secrets.alertsToken,
    SHOPFLOOR_PIPELINE_TOKEN: secrets.pipelineToken,
    SHOPFLOOR_AUDIT_ANCHORS: join(ctx.stateDir, 'audit-anchors'),
    SHOPFLOOR_AUDIT_ANCHOR_KEY: secrets.anchorKey,
    SHOPFLOOR_OIDC_METADATA_URL: `http://localhost:${ports.oidc}/.well-known/openid-configuration`,
    SHOPFLOOR_OIDC_CLIENT_ID: 'portal',
    SHOPFLOOR_OIDC_CLIENT_SECRET: secrets.oidcClientSecret,
    SHOPFLOOR_KUBERNETES_URL: kubernetes.url,
    SHOPFLOOR_KUBERNETES_CA_DATA: Buffer.from(kubernetes.ca).toString('base64'),
    SHOPFLOOR_KUBERNETES_READER_TOKEN:
      secrets.kubernetesTokens['shopfloor-reader'],
    SHOPFLOOR_TRAFFIC_TOKEN: secrets.kubernetesTokens['shopfloor-traffic'],
    SHOPFLOOR_PROMETHEUS_URL: local(ports.prometheus),
    SHOPFLOOR_SLO_RULES: join(ctx.stateDir, 'prometheus', 'rules'),
    SHOPFLOOR_ALERTMANAGER_URL: local(ports.alertmanager),
    SHOPFLOOR_ALERTMANAGER_FOLDER: join(ctx.stateDir, 'alertmanager'),
    SHOPFLOOR_SMTP_HOST: '127.0.0.1',
    SHOPFLOOR_SMTP_PORT: String(ports.mailboxSmtp),
    SHOPFLOOR_MAIL_SENDER: 'Shopfloor <portal@larkfield.example>',
    SHOPFLOOR_VAULT_URL: local(ports.openbao),
    SHOPFLOOR_CHECKS_VAULT_TOKEN_FILE: checksTokenFile(
      join(ctx.stateDir, 'openbao'),
    ),
    SHOPFLOOR_SECRETS_HEALTH_URL: `${local(ports.secrets)}/.backstage/health/v1/readiness`,
    SHOPFLOOR_ISTIOD_MONITORING_URL: local(ports.istiodMonitoring),
    SHOPFLOOR_ETCD_URL: local(ports.etcd),
    SHOPFLOOR_GATEWAY_STATUS_URL: `${local(ports.gatewayStatus)}/healthz/ready`,
    SHOPFLOOR_GATEWAY_PORT: String(ports.gateway),
  };
}

/** Those of the variables that nobody but the portal may know. */
export const SECRET_VARIABLES = [
  'SHOPFLOOR_PORTAL_DB_USER',
  'SHOPFLOOR_PORTAL_DB_PASSWORD',
  'SHOPFLOOR_SESSION_SECRET',
  'SHOPFLOOR_ALERTS_TOKEN',
  'SHOPFLOOR_PIPELINE_TOKEN',
  'SHOPFLOOR_AUDIT_ANCHOR_KEY',
  'SHOPFLOOR_OIDC_CLIENT_SECRET',
  'SHOPFLOOR_KUBERNETES_READER_TOKEN',
  'SHOPFLOOR_TRAFFIC_TOKEN',
];

/** Arguments that give the portal its configuration. */
export function configArguments(
  ctx: SandboxContext,
  ...more: string[]
): string[] {
  return ['app-config.yaml', 'app-config.sandbox.yaml']
    .map(name => `${ctx.repoRoot}/${name}`)
    .concat(more)
    .flatMap(path => ['--config', path]);
}

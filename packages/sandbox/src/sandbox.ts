import { agentPart } from './agent/agentPart.ts';
import type { PortName } from './config/ports.ts';
import { clusterSetupPart, deployPart, imagesPart } from './deploy/index.ts';
import { gatewayPart } from './mesh/gatewayPart.ts';
import { istiodPart } from './mesh/istiodPart.ts';
import { alertmanagerPart } from './parts/alertmanager.ts';
import { apiserverPart } from './parts/apiserver.ts';
import { appBuildPart } from './parts/appBuild.ts';
import { controllerManagerPart } from './parts/controllerManager.ts';
import { etcdPart } from './parts/etcd.ts';
import { mailboxPart } from './parts/mailbox.ts';
import { oidcPart } from './parts/oidc.ts';
import { openbaoPart } from './parts/openbao.ts';
import { portalParts } from './parts/portal.ts';
import { postgresPart } from './parts/postgres.ts';
import { prometheusPart } from './parts/prometheus.ts';
import { secretsBackendPart } from './parts/secretsBackend.ts';
import { vaultPlatformPart } from './parts/vaultPlatform.ts';
import { shoppersPart } from './shoppers/index.ts';
import type { PartDefinition, SandboxContext } from './supervisor/types.ts';

/** How much of the sandbox is wanted. */
export type SandboxScope = 'everything' | 'portal';

/** All parts of the sandbox. */
export function sandboxParts(
  ctx: SandboxContext,
  scope: SandboxScope,
): PartDefinition[] {
  const portal = [
    postgresPart(ctx),
    ...(ctx.mode === 'start' ? [appBuildPart(ctx)] : []),
    oidcPart(ctx),
    ...portalParts(ctx),
  ];
  if (scope === 'portal') {
    return portal;
  }
  return [
    ...portal,
    openbaoPart(ctx),
    etcdPart(ctx),
    apiserverPart(ctx),
    controllerManagerPart(ctx),
    clusterSetupPart(ctx),
    vaultPlatformPart(ctx),
    secretsBackendPart(ctx),
    istiodPart(ctx),
    gatewayPart(ctx),
    agentPart(ctx),
    imagesPart(ctx),
    deployPart(ctx),
    mailboxPart(ctx),
    prometheusPart(ctx),
    alertmanagerPart(ctx),
    ...(ctx.shoppers ? [shoppersPart(ctx)] : []),
  ];
}

const PORTAL_PORTS: PortName[] = ['portal', 'oidc', 'shopOidc', 'postgres'];
const CLUSTER_PORTS: PortName[] = [
  'agent',
  'mailboxSmtp',
  'mailbox',
  'controllerManager',
  'etcd',
  'etcdPeer',
  'prometheus',
  'alertmanager',
  'istiodGrpc',
  'istiodMonitoring',
  'istiodHttp',
  'istiodCtrlz',
  'istiodWebhook',
  'openbao',
  'openbaoCluster',
  'secrets',
  'apiserver',
  'gateway',
  'gatewayAdmin',
  'gatewayStatus',
];

/** The ports that will be listened on, to be checked before anything starts. Pods choose theirs among free ones. */
export function neededPorts(
  mode: 'start' | 'dev',
  scope: SandboxScope,
): PortName[] {
  return [
    ...(mode === 'dev' ? (['app'] as PortName[]) : []),
    ...PORTAL_PORTS,
    ...(scope === 'everything' ? CLUSTER_PORTS : []),
  ];
}

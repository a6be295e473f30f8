import { EnvironmentMounts } from '@shopfloor/plugin-secrets-common';
import { renderStanzas, Stanza } from './hcl';
import { APPROVERS_GROUP, GRANTS_MOUNT } from './names';

/** How long a write waits for its authorisation. */
export const AUTHORISATION_TTL = '24h';

/** Options of {@link portalPolicy}. */
export interface PortalPolicyOptions {
  environments: Array<{
    mounts: EnvironmentMounts;
    /** Roles of the database whose leases the portal may end. */
    databaseRoles: string[];
    /** Whether undeclared access may be asked for without somebody authorising it at the server. */
    freeForm: boolean;
  }>;
  /** Whether the server has control groups. */
  controlGroups: boolean;
}

/**
 * What the portal may do besides its pins: look at names, texts of policies and metadata, mark names, end leases, and ask for
 * free-form access under a control group. It reads no value, creates no token, no identity and no mount.
 */
export function portalPolicy(options: PortalPolicyOptions): string {
  const { environments, controlGroups } = options;
  const reads = (path: string): Stanza => ({ path, capabilities: ['read'] });
  const lists = (path: string): Stanza => ({ path, capabilities: ['list'] });
  return renderStanzas(
    unique([
      reads('auth/token/lookup-self'),
      { path: 'auth/token/renew-self', capabilities: ['update'] },
      { path: 'auth/token/revoke-self', capabilities: ['update'] },
      lists('sys/policies/acl'),
      reads('sys/policies/acl/+'),
      { path: 'sys/control-group/request', capabilities: ['update'] },
      ...['used', 'ended'].flatMap((what): Stanza[] => [
        lists(`${GRANTS_MOUNT}/${what}`),
        {
          path: `${GRANTS_MOUNT}/${what}/+`,
          // Never update or delete: what was used stays used.
          capabilities: ['create', 'read'],
          parameters: { at: [] },
        },
      ]),
      {
        path: `${GRANTS_MOUNT}/pending/+/+`,
        capabilities: ['create', 'read', 'update', 'delete'],
      },
      ...environments.flatMap(({ mounts, databaseRoles, freeForm }) => {
        const controlGroup = controlGroups
          ? { group: APPROVERS_GROUP, ttl: AUTHORISATION_TTL }
          : undefined;
        const freePaths = [
          `sys/policies/acl/cg-${mounts.environment}-*`,
          `auth/${mounts.kubernetes}/role/cg-${mounts.environment}-*`,
          `auth/${mounts.oidc}/role/cg-${mounts.environment}-*`,
        ];
        return [
          ...[mounts.kubernetes, mounts.oidc].flatMap(mount => [
            lists(`auth/${mount}/role`),
            reads(`auth/${mount}/role/+`),
          ]),
          { path: `${mounts.kv}/metadata/*`, capabilities: ['list', 'read'] },
          ...databaseRoles.flatMap((role): Stanza[] => [
            // How users are made, which is no secret; whether it is there at all is what is asked.
            reads(`${mounts.database}/roles/${role}`),
            {
              path: `sys/leases/lookup/${mounts.database}/creds/${role}/`,
              capabilities: ['list', 'sudo'],
            },
            {
              path: `sys/leases/revoke-prefix/${mounts.database}/creds/${role}`,
              capabilities: ['update', 'sudo'],
            },
          ]),
          ...(controlGroup || freeForm
            ? freePaths.map((path): Stanza => ({
                path,
                capabilities: ['create', 'read', 'update', 'delete'],
                controlGroup,
              }))
            : []),
        ];
      }),
    ]),
  );
}

/** What the members of the group of approvers may do at the server: see what waits, and authorise it. */
export function approverPolicy(): string {
  return renderStanzas([
    { path: 'sys/control-group/request', capabilities: ['update'] },
    { path: 'sys/control-group/authorize', capabilities: ['update'] },
  ]);
}

/** Each path once; a policy that names one twice is an error to some servers. */
function unique(stanzas: Stanza[]): Stanza[] {
  return [...new Map(stanzas.map(stanza => [stanza.path, stanza])).values()];
}

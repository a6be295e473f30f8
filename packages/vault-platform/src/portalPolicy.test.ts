import { mountsOf } from '@shopfloor/plugin-secrets-common';
import { portalPolicy } from './portalPolicy';

const policy = (freeForm: boolean, controlGroups: boolean) =>
  portalPolicy({
    controlGroups,
    environments: [
      {
        mounts: mountsOf('production'),
        databaseRoles: ['orders-standard'],
        freeForm,
      },
    ],
  });

const paths = (text: string) =>
  [...text.matchAll(/^path "([^"]*)"/gm)].map(([, path]) => path);

describe("the portal's own policy", () => {
  it('has exactly these paths besides its pins', () => {
    expect(paths(policy(false, false))).toEqual([
      'auth/token/lookup-self',
      'auth/token/renew-self',
      'auth/token/revoke-self',
      'sys/policies/acl',
      'sys/policies/acl/+',
      'sys/control-group/request',
      'shopfloor-grants/used',
      'shopfloor-grants/used/+',
      'shopfloor-grants/ended',
      'shopfloor-grants/ended/+',
      'shopfloor-grants/pending/+/+',
      'auth/kubernetes-production/role',
      'auth/kubernetes-production/role/+',
      'auth/oidc/role',
      'auth/oidc/role/+',
      'production/metadata/*',
      'database-production/roles/orders-standard',
      'sys/leases/lookup/database-production/creds/orders-standard/',
      'sys/leases/revoke-prefix/database-production/creds/orders-standard',
    ]);
  });

  it('has free-form access under a control group where there are some, whatever is allowed without', () => {
    for (const freeForm of [false, true]) {
      const text = policy(freeForm, true);
      expect(paths(text).slice(-3)).toEqual([
        'sys/policies/acl/cg-production-*',
        'auth/kubernetes-production/role/cg-production-*',
        'auth/oidc/role/cg-production-*',
      ]);
      expect(text.match(/control_group = \{/g)).toHaveLength(3);
      expect(text.match(/self_auth_allowed = false/g)).toHaveLength(3);
      expect(text.match(/group_names = \["secret-approvers"\]/g)).toHaveLength(
        3,
      );
    }
  });

  it('has none where there are no control groups, unless somebody said so for the environment', () => {
    expect(policy(false, false)).not.toContain('cg-');
    expect(policy(true, false)).toContain(
      'path "sys/policies/acl/cg-production-*"',
    );
    expect(policy(true, false)).not.toContain('control_group');
  });

  it('names each path once, also with several environments', () => {
    const found = paths(
      portalPolicy({
        controlGroups: true,
        environments: ['production', 'staging'].map(name => ({
          mounts: mountsOf(name),
          databaseRoles: [],
          freeForm: false,
        })),
      }),
    );
    expect(new Set(found).size).toBe(found.length);
  });
});

import {
  DeclaredSlot,
  declaredSlots,
  grantName,
} from '@shopfloor/plugin-secrets-common';
import {
  APPROVERS_POLICY,
  PIPELINE_POLICY,
  pinPolicies,
  PORTAL_POLICY,
} from './names';
import { isSeed, planOf, renderPinPolicies } from './pinPolicies';
import { databaseRole } from './platformSettings';
import { approverPolicy, portalPolicy } from './portalPolicy';
import { Desired, DesiredOptions, mountsIn, Observed, Slots } from './state';
import { PlatformEnvironment } from './types';

/**
 * Everything that should be on the server, in the order in which it is written: what the portal may do before the portal may log
 * in, and grants of the platform last.
 *
 * @throws Error when declarations or names of environments contradict one another
 */
export function desiredState(
  options: DesiredOptions,
  observed: Observed,
): Desired[] {
  const environments = options.environments.map(environment =>
    slotsOf(options, environment),
  );
  refusePrefixes(options.environments.map(({ name }) => name));
  return [
    // Nobody changes his own: who set the server up wrote that.
    ...[...options.policies]
      .filter(([name]) => name !== PIPELINE_POLICY)
      .map(([name, text]) => policy(name, text)),
    policy(APPROVERS_POLICY, approverPolicy()),
    ...environments.flatMap(each => engineRoles(options, each)),
    policy(
      PORTAL_POLICY,
      portalPolicy({
        controlGroups: observed.controlGroups,
        environments: environments.map(({ environment, mounts, slots }) => ({
          mounts,
          freeForm: environment.freeForm ?? false,
          databaseRoles: pathsOf(slots, 'database'),
        })),
      }),
    ),
    ...environments
      .flatMap(each => renderPinPolicies(options, each, observed))
      .map(([name, text]) => policy(name, text)),
    portalLogin(options),
    ...environments.flatMap(each => seeds(options, each, observed)),
  ];
}

function slotsOf(
  options: DesiredOptions,
  environment: PlatformEnvironment,
): Slots {
  const services = options.services.filter(
    service =>
      !service.environments || service.environments.includes(environment.name),
  );
  const names = new Set(services.map(({ service }) => service));
  for (const { service, secrets } of services) {
    const shared = secrets.find(
      ({ kind, readers }) => kind === 'database' && readers.length > 0,
    );
    if (shared) {
      throw new Error(
        `"${shared.name}" of ${service} has readers, but a role of the database belongs to one service: ending one's leases would end the other's`,
      );
    }
  }
  return {
    environment,
    mounts: mountsIn(environment),
    slots: declaredSlots({
      environment: environment.name,
      services: services.map(service => ({
        ...service,
        secrets: service.secrets.map(secret => ({
          ...secret,
          readers: secret.readers.filter(reader => names.has(reader)),
        })),
      })),
    }),
  };
}

function policy(name: string, text: string): Desired {
  return { path: `sys/policies/acl/${name}`, body: { policy: text } };
}

/** Roles and keys of the engines that the declarations name. */
function engineRoles(
  options: DesiredOptions,
  { environment, mounts, slots }: Slots,
): Desired[] {
  const found = new Map<string, Desired>();
  for (const { owner, secret } of slots) {
    const { kind, path } = secret;
    if (kind === 'database') {
      found.set(`database ${path}`, {
        path: `${mounts.database}/roles/${path}`,
        body: databaseRole(options.database, {
          environment: environment.name,
          service: owner,
        }),
      });
    } else if (kind === 'pki') {
      const host = `${owner}.${environment.namespace ?? environment.name}.svc.cluster.local`;
      found.set(`pki ${path}`, {
        path: `${mounts.pki}/roles/${path}`,
        body: {
          allowed_domains: [host],
          allow_bare_domains: true,
          allow_subdomains: false,
          allow_localhost: false,
          allow_ip_sans: false,
          max_ttl: '72h',
        },
      });
    } else if (kind === 'transit') {
      found.set(`transit ${path}`, {
        path: `${mounts.transit}/keys/${path}`,
        body: { type: 'aes256-gcm96', exportable: false },
        onlyCreate: true,
      });
    }
  }
  return [...found.values()];
}

/** What each service has from the start, unless it was ended. Its policy has no end: the platform gave it. */
function seeds(
  options: DesiredOptions,
  each: Slots,
  observed: Observed,
): Desired[] {
  return each.slots
    .filter(
      slot =>
        isSeed(options, slot) &&
        !observed.ended.has(grantName('pinned', slot.slot, 0)),
    )
    .flatMap((slot): Desired[] => {
      const plan = planOf(each, slot, 0);
      return [
        policy(plan.policy.name, plan.policy.text),
        {
          path: `auth/${plan.role.mount}/role/${plan.role.name}`,
          body: plan.role.parameters,
        },
      ];
    });
}

function portalLogin({ portal, environments }: DesiredOptions): Desired {
  const token = {
    token_policies: [
      PORTAL_POLICY,
      ...environments.flatMap(({ name }) => pinPolicies(name)),
    ].join(','),
    token_no_default_policy: true,
    token_ttl: '1h',
    token_max_ttl: '24h',
    token_type: 'service',
  };
  return portal.kind === 'approle'
    ? {
        path: `auth/${portal.mount}/role/${PORTAL_POLICY}`,
        body: { ...token, bind_secret_id: true },
      }
    : {
        path: `auth/${portal.mount}/role/${PORTAL_POLICY}`,
        body: {
          ...token,
          bound_service_account_names: portal.serviceAccount,
          bound_service_account_namespaces: portal.namespace,
          audience: portal.audience,
        },
      };
}

function pathsOf(slots: DeclaredSlot[], kind: string): string[] {
  return [
    ...new Set(
      slots
        .filter(({ secret }) => secret.kind === kind)
        .map(({ secret }) => secret.path),
    ),
  ];
}

/** Paths of the portal begin with the environment, so `shop` would reach into `shop-eu`. */
function refusePrefixes(names: string[]): void {
  for (const one of names) {
    const other = names.find(name => name.startsWith(`${one}-`));
    if (other) {
      throw new Error(
        `The environments "${one}" and "${other}" cannot both be in one Vault: names of the one would begin like those of the other`,
      );
    }
  }
}

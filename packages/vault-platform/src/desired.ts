import {
  composePlan,
  DeclaredSlot,
  declaredSlots,
  EnvironmentMounts,
  GrantPlan,
  grantName,
  mountsOf,
} from '@shopfloor/plugin-secrets-common';
import { renderStanzas } from './hcl';
import {
  APPROVERS_POLICY,
  parseGrantName,
  PIPELINE_POLICY,
  pinPolicies,
  pinPolicyOf,
  PORTAL_POLICY,
} from './names';
import { numbersToPin, orphanStanzas, pinStanzas } from './pins';
import { databaseRole } from './platformSettings';
import { approverPolicy, portalPolicy } from './portalPolicy';
import { PlatformEnvironment, PlatformOptions } from './types';

/** Something that should be on the server. */
export interface Desired {
  path: string;
  body: Record<string, unknown>;
  /** Only made when it is absent; what it has cannot be changed or is somebody else's. */
  onlyCreate?: boolean;
}

/** What was found on the server. */
export interface Observed {
  controlGroups: boolean;
  /** Names of all policies. */
  policies: ReadonlySet<string>;
  /** Names of roles by mount of their auth method. */
  roles: ReadonlyMap<string, ReadonlySet<string>>;
  /** Names of grants that were used, and that have ended. */
  used: ReadonlySet<string>;
  ended: ReadonlySet<string>;
}

/** What {@link desiredState} is made of. */
export type DesiredOptions = Omit<PlatformOptions, 'client' | 'planOnly'>;

interface Slots {
  environment: PlatformEnvironment;
  mounts: EnvironmentMounts;
  slots: DeclaredSlot[];
}

/** The mounts of an environment. */
export function mountsIn(environment: PlatformEnvironment): EnvironmentMounts {
  return mountsOf(environment.name, environment.mounts);
}

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
    ...environments.flatMap(each => pins(options, each, observed)),
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

/** The plan of one number of a slot, as the portal composes it, too. */
export function planOf(
  { environment, mounts }: Pick<Slots, 'environment' | 'mounts'>,
  slot: DeclaredSlot,
  number: number,
): GrantPlan {
  return composePlan({
    mounts,
    tier: 'pinned',
    subject: {
      kind: 'service-account',
      namespace: environment.namespace ?? environment.name,
      name: slot.subject,
    },
    owner: slot.owner,
    secret: slot.secret,
    access: slot.access,
    number,
  });
}

function pins(
  options: DesiredOptions,
  each: Slots,
  observed: Observed,
): Desired[] {
  const { environment, mounts, slots } = each;
  const numbers = numbersBySlot(observed, mounts);
  const stanzas = new Map(
    pinPolicies(environment.name).map(name => [name, [] as string[]]),
  );
  const pinned = new Set<string>();
  for (const slot of slots) {
    const texts = stanzas.get(pinPolicyOf(environment.name, slot.owner))!;
    const state = numbers.get(slot.slot) ?? {
      used: new Set<number>(),
      ended: new Set<number>(),
    };
    if (isSeed(options, slot)) {
      state.used.add(0);
    }
    for (const number of numbersToPin(state, options.window ?? 8)) {
      const plan = planOf(each, slot, number);
      pinned.add(plan.name);
      texts.push(renderStanzas(pinStanzas(plan)));
    }
  }
  // What was pinned once and is no more: ended, or of a declaration that is gone.
  const [first] = stanzas.values();
  for (const name of presentGrants(observed, mounts)) {
    if (
      parseGrantName(name)!.slot.startsWith(`${environment.name}-`) &&
      !pinned.has(name)
    ) {
      first.push(
        renderStanzas(
          orphanStanzas({ name, kubernetesMount: mounts.kubernetes }),
        ),
      );
    }
  }
  return [...stanzas].map(([name, texts]) =>
    policy(
      name,
      `# Written by the platform's pipeline: exactly what the portal may switch on.\n\n${texts.join('\n')}`,
    ),
  );
}

/** Grants that have a policy or a role. */
function presentGrants(
  observed: Observed,
  mounts: EnvironmentMounts,
): string[] {
  return [
    ...new Set([
      ...observed.policies,
      ...(observed.roles.get(mounts.kubernetes) ?? []),
    ]),
  ]
    .filter(name => parseGrantName(name))
    .sort();
}

function numbersBySlot(observed: Observed, mounts: EnvironmentMounts) {
  const found = new Map<string, { used: Set<number>; ended: Set<number> }>();
  const add = (what: 'used' | 'ended', names: Iterable<string>) => {
    for (const name of names) {
      const parsed = parseGrantName(name);
      if (parsed) {
        const numbers = found.get(parsed.slot) ?? {
          used: new Set<number>(),
          ended: new Set<number>(),
        };
        found.set(parsed.slot, numbers);
        numbers[what].add(parsed.number);
      }
    }
  };
  add('used', observed.used);
  add('used', presentGrants(observed, mounts));
  add('ended', observed.ended);
  return found;
}

/** Whether a service has it of its own from the start: the whole access to a secret of its own. */
function isSeed(
  options: DesiredOptions,
  { subject, owner, secret, access, declaration }: DeclaredSlot,
): boolean {
  return (
    subject === owner &&
    options.seeds.includes(secret.kind) &&
    access.length === declaration.access.length
  );
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

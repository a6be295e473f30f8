import {
  CapabilityLine,
  GrantPlan,
  ProbeSpec,
  SecretReference,
  Tier,
} from '../grant/types';
import { Access } from '../secret';
import { linesOf, renderPolicy } from './capabilities';
import { EnvironmentMounts } from './mounts';
import { grantName, slotOf } from './names';

/** Audience of the tokens with which service accounts sign in. */
export const VAULT_AUDIENCE = 'vault';

/** How long a token of a service account lives unless it is renewed, in seconds. */
const TOKEN_TTL_SECONDS = 3_600;
/** After which a program signs in anew, in seconds. */
const TOKEN_MAX_TTL_SECONDS = 86_400;

/** Who gets the access, as Vault binds a role to it. */
export type PlanSubject =
  | { kind: 'service-account'; namespace: string; name: string }
  | {
      kind: 'person';
      email: string;
      /** Addresses to which the identity provider may send the person back. */
      redirectUris: string[];
    };

/** What {@link composePlan} needs. */
export interface ComposePlanOptions {
  mounts: EnvironmentMounts;
  tier: Tier;
  subject: PlanSubject;
  /** Name of the service that owns the secret. */
  owner: string;
  secret: SecretReference;
  access: readonly Access[];
  /** Of the grants of the slot, from 0. */
  number: number;
  /** How long the policy lives; the platform pins every length. */
  ttlSeconds?: number;
}

/** Name of the subject in a slot. */
export function subjectName(
  subject:
    | { kind: 'service-account'; name: string }
    | { kind: 'person'; email: string },
): string {
  return subject.kind === 'person' ? subject.email.split('@')[0] : subject.name;
}

/**
 * All that would be written to Vault for a grant. The portal and the platform's pipeline both render with this, so what one
 * writes is what the other pinned.
 */
export function composePlan(options: ComposePlanOptions): GrantPlan {
  const { mounts, tier, subject, owner, secret, access, ttlSeconds } = options;
  const slot = slotOf({
    environment: mounts.environment,
    subject: subjectName(subject),
    owner,
    secret,
    access,
  });
  const name = grantName(tier, slot, options.number);
  const allows = linesOf({ mounts, owner, secret }, access);
  return {
    environment: mounts.environment,
    tier,
    name,
    policy: {
      name,
      text: renderPolicy(allows),
      ...(ttlSeconds !== undefined && { ttlSeconds }),
    },
    role: {
      mount: subject.kind === 'person' ? mounts.oidc : mounts.kubernetes,
      name,
      parameters:
        subject.kind === 'person'
          ? personRole({ name, subject, ttlSeconds })
          : serviceAccountRole(name, subject),
    },
    allows,
    probes: probesOf({ name, mounts, owner, allows }),
  };
}

/** A plan whose policy lives for another time. Nothing else of it changes. */
export function withTtl(plan: GrantPlan, ttlSeconds: number): GrantPlan {
  return { ...plan, policy: { ...plan.policy, ttlSeconds } };
}

function serviceAccountRole(
  name: string,
  subject: { namespace: string; name: string },
): Record<string, string> {
  return {
    bound_service_account_names: subject.name,
    bound_service_account_namespaces: subject.namespace,
    audience: VAULT_AUDIENCE,
    token_policies: name,
    token_ttl: String(TOKEN_TTL_SECONDS),
    token_max_ttl: String(TOKEN_MAX_TTL_SECONDS),
    token_type: 'service',
  };
}

/** A person signs in once and is signed out by the server. `bound_claims` is JSON. */
function personRole(options: {
  name: string;
  subject: { email: string; redirectUris: string[] };
  ttlSeconds?: number;
}): Record<string, string> {
  const { name, subject, ttlSeconds = TOKEN_TTL_SECONDS } = options;
  return {
    role_type: 'oidc',
    user_claim: 'email',
    bound_claims: JSON.stringify({ email: subject.email }),
    allowed_redirect_uris: subject.redirectUris.join(','),
    oidc_scopes: 'openid,email',
    token_policies: name,
    token_ttl: String(ttlSeconds),
    token_max_ttl: String(ttlSeconds),
    token_type: 'service',
  };
}

/** What is granted, and next to it what is not: other capabilities on the same paths, the neighbours, the policy itself. */
function probesOf(options: {
  name: string;
  mounts: EnvironmentMounts;
  owner: string;
  allows: CapabilityLine[];
}): ProbeSpec[] {
  const { name, mounts, owner, allows } = options;
  const deny = (path: string, capability: string): ProbeSpec => ({
    path,
    capability,
    expected: 'deny',
  });
  return [
    ...allows.flatMap(({ path, capabilities }) =>
      capabilities.map((capability): ProbeSpec => ({
        path,
        capability,
        expected: 'allow',
      })),
    ),
    ...allows.flatMap(({ path, capabilities }) =>
      ['read', 'update', 'delete', 'sudo']
        .filter(capability => !capabilities.includes(capability))
        .map(capability => deny(path, capability)),
    ),
    deny(`${mounts.kv}/metadata/${owner}/`, 'list'),
    deny(`${mounts.kv}/data/${owner}/${name}`, 'read'),
    deny(`sys/policies/acl/${name}`, 'update'),
    deny(`auth/${mounts.kubernetes}/role/${name}`, 'update'),
  ];
}

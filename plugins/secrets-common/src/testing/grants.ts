import { GrantCommand, GrantContext } from '../grant/commands';
import { applyGrantEvents } from '../grant/apply';
import { decideGrant } from '../grant/decide';
import { GrantData, GrantRequest, Proof } from '../grant/types';
import { composePlan } from '../plan/composePlan';
import { mountsOf } from '../plan/mounts';

/** When grants of tests are asked for. */
export const T0 = '2026-11-02T09:00:00.000Z';

/** Who asks. */
export const REQUESTER = 'user:default/rita';

/** Hash of what is asked for. */
export const HASH = `sha256:${'a'.repeat(64)}`;

const DAY_MS = 86_400_000;

/** So many days after {@link T0}. */
export function day(days: number): string {
  return new Date(Date.parse(T0) + days * DAY_MS).toISOString();
}

/** What orders asks of payments: ten days. */
export const REQUEST: GrantRequest = {
  environment: 'production',
  subject: {
    kind: 'service-account',
    entityRef: 'component:default/orders',
    namespace: 'production',
    name: 'orders',
  },
  owner: 'component:default/payments',
  secret: { kind: 'kv', path: 'provider', declared: 'provider-key' },
  access: ['read'],
  reason: 'refunds',
  durationSeconds: 10 * 86_400,
  delivery: 'agent',
};

/** What would be written for {@link REQUEST}. */
export const PLAN = composePlan({
  mounts: mountsOf('production'),
  tier: 'pinned',
  subject: { kind: 'service-account', namespace: 'production', name: 'orders' },
  owner: 'payments',
  secret: REQUEST.secret,
  access: REQUEST.access,
  number: 1,
  ttlSeconds: REQUEST.durationSeconds,
});

/** The first command. */
export const ASK: GrantCommand = {
  type: 'ask',
  id: 'grant-1',
  slot: 'production-orders-payments-provider-key-read',
  number: 1,
  request: REQUEST,
  plan: PLAN,
  contentHash: HASH,
  requester: REQUESTER,
};

/** What the platform granted at the start, under number 0. */
export const ADOPT: GrantCommand = {
  type: 'adopt',
  id: 'grant-0',
  slot: 'production-orders-payments-provider-key-read',
  number: 0,
  request: { ...REQUEST, durationSeconds: 0 },
  plan: PLAN,
  contentHash: HASH,
};

/** What a Job found. */
export function proof(held: boolean): Proof {
  return { at: day(2), by: 'job', results: [], held };
}

/** A grant after commands, each of which must not be refused. */
export function grantAfter(
  ...commands: Array<[GrantCommand, Partial<GrantContext>?]>
): GrantData {
  return [[ASK] as [GrantCommand], ...commands].reduce<GrantData | undefined>(
    (grant, [command, context = {}]) => {
      const result = decideGrant(grant, command, { now: T0, ...context });
      if ('refusal' in result) {
        throw new Error(`${command.type}: ${result.refusal.message}`);
      }
      return applyGrantEvents(grant, result.events);
    },
    undefined,
  )!;
}

/** Granted by two at {@link T0}. */
export const APPROVE: GrantCommand = {
  type: 'approve',
  contentHash: HASH,
  by: ['user:default/gus', 'user:default/dana'],
  decidedAt: T0,
};

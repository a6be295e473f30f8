import { ApprovalPolicy } from '../policy/types';
import { applyEvents } from '../request/apply';
import { Actor, ApprovalCommand } from '../request/commands';
import { decide } from '../request/decide';
import { ApprovalRequest } from '../request/types';
import { ApprovalSubject } from '../subject';

const text = (en: string) => ({ en, zh: `${en}（中文）` });

/** Monday, 10:00 UTC. */
export const T0 = '2026-03-02T10:00:00.000Z';

/** So many hours after {@link T0}. */
export function later(hours: number): string {
  return new Date(Date.parse(T0) + hours * 3_600_000).toISOString();
}

export const HASH = `sha256:${'a'.repeat(64)}`;

/** Two owners, then one of security; two days; escalation after eight hours; glass that security may break. */
export function testPolicy(
  changes: Partial<ApprovalPolicy> = {},
): ApprovalPolicy {
  return {
    name: 'two-stages',
    title: text('Two stages'),
    description: text('For tests'),
    plugin: 'traffic',
    appliesTo: { types: ['traffic-change'] },
    stages: [
      {
        name: 'owners',
        title: text('Owners'),
        quorum: 2,
        approvers: { groups: [], entityOwners: true },
      },
      {
        name: 'security',
        title: text('Security'),
        quorum: 1,
        approvers: { groups: ['group:default/security'], entityOwners: false },
      },
    ],
    separateStages: true,
    denials: 1,
    expiresAfterHours: 48,
    escalation: { afterHours: 8, fallback: ['group:default/platform'] },
    reminders: {
      everyWorkingHours: 4,
      workingHours: {
        timeZone: 'UTC',
        days: ['mon', 'tue', 'wed', 'thu', 'fri'],
        from: '09:00',
        to: '17:00',
      },
    },
    delegation: true,
    breakGlass: {
      groups: ['group:default/security'],
      requesterMay: false,
      reviewWithinHours: 24,
      reviewers: ['group:default/platform', 'group:default/security'],
    },
    ...changes,
  };
}

export function testSubject(
  changes: Partial<ApprovalSubject> = {},
): ApprovalSubject {
  return {
    plugin: 'traffic',
    type: 'traffic-change',
    subjectId: 'change-1',
    entityRef: 'component:default/products',
    environment: 'production',
    title: text('Send 60 % to v2'),
    diff: {
      words: [text('60 % of requests go to v2')],
      fields: [{ label: text('v2'), before: '10 %', after: '60 %' }],
      texts: [
        { name: 'route.yaml', before: 'weight: 10', after: 'weight: 60' },
      ],
      affected: [{ text: text('Shoppers') }],
    },
    contentHash: HASH,
    risk: 'high',
    reason: 'v2 is fine',
    link: '/traffic',
    ...changes,
  };
}

/** A person of groups of the namespace `default`. */
export function person(
  name: string,
  groups: string[] = [],
  delegators: Array<{ name: string; groups: string[] }> = [],
): Actor {
  const ref = `user:default/${name}`;
  return {
    ref,
    claims: [ref, ...groups.map(group => `group:default/${group}`)],
    delegators: delegators.map(other => ({
      principal: `user:default/${other.name}`,
      claims: person(other.name, other.groups).claims,
      delegationId: `delegation-of-${other.name}`,
    })),
  };
}

export const REQUESTER = person('rita', ['merchandising', 'security']);

/** What opens a request of {@link REQUESTER} for an entity that merchandising owns. */
export function openCommand(
  policy: ApprovalPolicy = testPolicy(),
  subject: ApprovalSubject = testSubject(),
): Extract<ApprovalCommand, { type: 'open' }> {
  return {
    type: 'open',
    id: 'request-1',
    subject,
    requester: REQUESTER.ref,
    policy,
    entityOwners: ['group:default/merchandising'],
  };
}

/** A request after commands that must all succeed; each with who acts and when. */
export function after(
  steps: Array<[ApprovalCommand, Actor?, string?]>,
  policy: ApprovalPolicy = testPolicy(),
): ApprovalRequest {
  return [[openCommand(policy)] as [ApprovalCommand], ...steps].reduce<
    ApprovalRequest | undefined
  >((request, [command, actor, now = later(1)]: [any, Actor?, string?]) => {
    const result = decide(request, command, {
      now: command.type === 'open' ? T0 : now,
      actor,
    });
    if ('refusal' in result) {
      throw new Error(`${command.type}: ${result.refusal.code}`);
    }
    return applyEvents(request, result.events);
  }, undefined)!;
}

/** Approves the open stage. */
export function approve(
  stage = 'owners',
  more: object = {},
): Extract<ApprovalCommand, { type: 'approve' }> {
  return { type: 'approve', stage, contentHash: HASH, ...more };
}

/** Denies in the open stage, with a comment. */
export function deny(
  stage = 'owners',
  more: object = {},
): Extract<ApprovalCommand, { type: 'deny' }> {
  return { type: 'deny', stage, contentHash: HASH, comment: 'no', ...more };
}

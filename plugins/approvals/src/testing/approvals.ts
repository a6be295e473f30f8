import {
  ApprovalRequest,
  ApprovalsApi,
  RequestDetail,
  RequestList,
  RequestSummary,
} from '@shopfloor/plugin-approvals-common';

const text = (en: string) => ({ en, zh: `${en}（中文）` });

const HOUR_MS = 3_600_000;

const from = (hours: number) =>
  new Date(Date.now() + hours * HOUR_MS).toISOString();

/** A request that waits in its first stage of two. */
export function testRequest(
  changes: Partial<ApprovalRequest> = {},
): ApprovalRequest {
  return {
    id: '7c2f0f6e-0c3c-4a53-9a0c-1d1f2a0f0001',
    version: 2,
    state: 'waiting',
    subject: {
      plugin: 'traffic',
      type: 'traffic-change',
      subjectId: 'change-1',
      entityRef: 'component:default/products',
      environment: 'production',
      title: text('Send 60 % to v2'),
      diff: {
        words: [text('60 % of the requests go to v2')],
        fields: [
          { label: text('Share of v2'), before: '10 %', after: '60 %' },
          { label: text('Header'), after: 'x-canary' },
        ],
        texts: [
          {
            name: 'route.yaml',
            before: 'a: 1\nweight: 10\n',
            after: 'a: 1\nweight: 60\n',
          },
        ],
        affected: [
          { text: text('Shoppers') },
          { text: text('cart'), entityRef: 'component:default/cart' },
        ],
        undo: text('Send them back to v1'),
      },
      contentHash: `sha256:${'a'.repeat(64)}`,
      risk: 'high',
      reason: 'v2 keeps its promise',
      link: '/traffic',
    },
    requester: 'user:default/rita',
    policy: {
      name: 'two-stages',
      title: text('Large change'),
      description: text('Two stages'),
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
          approvers: {
            groups: ['group:default/security'],
            entityOwners: false,
          },
        },
      ],
      separateStages: true,
      denials: 1,
      expiresAfterHours: 48,
      escalation: { afterHours: 8, fallback: ['group:default/platform'] },
      delegation: true,
      breakGlass: {
        groups: ['group:default/security'],
        requesterMay: false,
        reviewWithinHours: 24,
        reviewers: ['group:default/platform'],
      },
    },
    openedAt: from(-1),
    expiresAt: from(47),
    stages: [
      {
        name: 'owners',
        approvers: ['group:default/merchandising'],
        openedAt: from(-1),
        escalatesAt: from(7),
        approvals: [],
      },
      {
        name: 'security',
        approvers: ['group:default/security'],
        approvals: [],
      },
    ],
    stage: 0,
    denials: [],
    ...changes,
  };
}

/** What a person who may decide gets of it. */
export function testDetail(
  changes: Partial<Omit<RequestDetail, 'acts'>> & {
    acts?: Partial<RequestDetail['acts']>;
  } = {},
): RequestDetail {
  return {
    request: testRequest(),
    history: [{ type: 'stage-opened', at: from(-1), stage: 0 }],
    ...changes,
    acts: {
      decide: [{ principal: 'user:default/anna', fallback: false }],
      whyNotReview: 'wrong-state',
      comment: true,
      withdraw: false,
      breakGlass: false,
      review: false,
      ...changes.acts,
    },
  };
}

/** It in a list. */
export function testSummary(
  changes: Partial<RequestSummary> = {},
): RequestSummary {
  const { id, state, subject, requester, openedAt, expiresAt } = testRequest();
  return {
    id,
    state,
    type: subject.type,
    title: subject.title,
    entityRef: subject.entityRef,
    environment: subject.environment,
    risk: subject.risk,
    reason: subject.reason,
    requester,
    openedAt,
    expiresAt,
    stage: {
      title: text('Owners'),
      number: 1,
      of: 2,
      quorum: 2,
      approvals: 1,
      escalated: false,
    },
    waitingForMe: true,
    ...changes,
  };
}

/** A list of requests. */
export function testList(items: RequestSummary[]): RequestList {
  return {
    items,
    totalItems: items.length,
    counts: {
      waitingForMe: items.filter(({ waitingForMe }) => waitingForMe).length,
      mine: 0,
    },
    facets: { types: ['traffic-change'], environments: ['production'] },
  };
}

/** An API of one request. */
export function testApprovalsApi(
  detail: RequestDetail = testDetail(),
  overrides: Partial<ApprovalsApi> = {},
): jest.Mocked<ApprovalsApi> {
  return {
    listRequests: jest.fn(async () => testList([testSummary()])),
    getRequest: jest.fn(async () => detail),
    approve: jest.fn(async () => detail),
    deny: jest.fn(async () => detail),
    comment: jest.fn(async () => detail),
    withdraw: jest.fn(async () => detail),
    breakGlass: jest.fn(async () => detail),
    review: jest.fn(async () => detail),
    listDelegations: jest.fn(async () => ({
      items: [],
      mayManage: true,
      types: ['traffic-change'],
    })),
    createDelegation: jest.fn(),
    endDelegation: jest.fn(),
    listPolicies: jest.fn(async () => ({ items: [], invalid: [] })),
    ...overrides,
  } as jest.Mocked<ApprovalsApi>;
}

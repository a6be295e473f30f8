import {
  BlastRadius,
  DeclaredSecret,
  EntitySecrets,
  Grant,
  GrantList,
  GrantRequest,
  GrantSummary,
  Preview,
  ReviewCampaign,
  RotationTask,
  SecretsApi,
  SecretsEnvironment,
} from '@shopfloor/plugin-secrets-common';

const text = (en: string) => ({ en, zh: `${en}（中文）` });

const HOUR_MS = 3_600_000;
const DAY_SECONDS = 86_400;

/** A moment that is so many hours from now, ISO 8601. */
export const inHours = (hours: number) =>
  new Date(Date.now() + hours * HOUR_MS).toISOString();

/** The configuration of the environments, as the portal has it. */
export const testConfig = {
  shopfloor: {
    clusters: [{ name: 'sandbox', url: 'https://127.0.0.1:7443' }],
    environments: [
      {
        name: 'production',
        title: 'Production',
        production: true,
        cluster: 'sandbox',
        prometheus: { url: 'http://127.0.0.1:7090' },
      },
      {
        name: 'staging',
        title: 'Staging',
        cluster: 'sandbox',
        prometheus: { url: 'http://127.0.0.1:7090' },
      },
    ],
  },
};

/** An environment whose OpenBao serves. */
export function testEnvironment(
  changes: Partial<SecretsEnvironment> = {},
): SecretsEnvironment {
  return {
    name: 'production',
    title: 'Production',
    production: true,
    freeForm: false,
    namespace: 'production',
    vault: {
      status: 'ready',
      observedAt: inHours(0),
      product: 'openbao',
      version: '2.7.2',
      features: { policyTtl: true, controlGroups: true },
      uiUrl: 'http://127.0.0.1:7200/ui',
    },
    ...changes,
  };
}

/** A service that asks for a password of another one. */
export function testRequest(changes: Partial<GrantRequest> = {}): GrantRequest {
  return {
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
    reason: 'refunds are made by orders',
    durationSeconds: 10 * DAY_SECONDS,
    delivery: 'agent',
    ...changes,
  };
}

const name = 'grant-production-orders-payments-provider-key-read-3';

/** What would be written for {@link testRequest}. */
export const testPlan: Grant['plan'] = {
  environment: 'production',
  tier: 'pinned',
  name,
  policy: {
    name,
    text: 'path "production/data/payments/provider" {\n  capabilities = ["read"]\n}\n',
    ttlSeconds: 10 * DAY_SECONDS,
  },
  role: {
    mount: 'kubernetes-production',
    name,
    parameters: {
      bound_service_account_names: 'orders',
      token_policies: name,
    },
  },
  allows: [
    { path: 'production/data/payments/provider', capabilities: ['read'] },
  ],
  probes: [],
};

/** A grant in force that was proven. */
export function testGrant(
  changes: Partial<Omit<Grant, 'may'>> & { may?: Partial<Grant['may']> } = {},
): Grant {
  return {
    id: 'g-1',
    slot: 'production-orders-payments-provider-key-read',
    number: 3,
    request: testRequest(),
    plan: testPlan,
    contentHash: `sha256:${'a'.repeat(64)}`,
    state: 'active',
    reasonCodes: [],
    requestedBy: 'user:default/farid.rahimi',
    requestedAt: inHours(-30),
    approvedAt: inHours(-26),
    approvedBy: ['user:default/giulia.conti'],
    appliedAt: inHours(-26),
    activeSince: inHours(-26),
    expiresAt: inHours(9 * 24),
    expiringAt: inHours(7 * 24),
    approvalRequestId: 'a-1',
    approvalLink: '/approvals/a-1',
    link: 'http://127.0.0.1:7200/ui/vault/secrets/production/show/payments/provider',
    lastProof: {
      at: inHours(-26),
      by: 'job',
      held: true,
      results: [
        {
          path: 'production/data/payments/provider',
          capability: 'read',
          expected: 'allow',
          found: 'allow',
        },
        {
          path: 'production/data/cart',
          capability: 'read',
          expected: 'deny',
          found: 'deny',
        },
      ],
      job: { namespace: 'production', name: 'proof-3', uid: 'u-3' },
    },
    allows: [text('orders may read "provider" of payments')],
    manifests: [{ name: 'values.yaml', text: 'secrets:\n  role: x\n' }],
    history: [
      {
        type: 'asked',
        at: inHours(-30),
        by: 'user:default/farid.rahimi',
        id: 'g-1',
        slot: 'production-orders-payments-provider-key-read',
        number: 3,
        request: testRequest(),
        plan: testPlan,
        contentHash: `sha256:${'a'.repeat(64)}`,
      },
      {
        type: 'approved',
        at: inHours(-26),
        by: ['user:default/giulia.conti'],
        decidedAt: inHours(-26),
        expiresAt: inHours(9 * 24),
        expiringAt: inHours(7 * 24),
      },
    ],
    ...changes,
    may: {
      renew: true,
      revoke: true,
      repair: false,
      accept: false,
      withdraw: false,
      prove: true,
      retry: false,
      ...changes.may,
    },
  };
}

/** It in a list. */
export function testSummary(changes: Partial<GrantSummary> = {}): GrantSummary {
  const { environment, subject, owner, secret, access, delivery } =
    testRequest();
  return {
    id: 'g-1',
    name,
    state: 'active',
    reasonCodes: [],
    tier: 'pinned',
    environment,
    subject,
    owner,
    secret,
    access,
    delivery,
    requestedBy: 'user:default/farid.rahimi',
    requestedAt: inHours(-30),
    activeSince: inHours(-26),
    expiresAt: inHours(9 * 24),
    ...changes,
  };
}

/** A page of grants. */
export function testList(
  items: GrantSummary[],
  changes: Partial<GrantList> = {},
): GrantList {
  const counts: GrantList['counts'] = {};
  for (const { state } of items) {
    counts[state] = (counts[state] ?? 0) + 1;
  }
  return { items, totalItems: items.length, counts, ...changes };
}

/** A declared secret that is there and may be read for a month. */
export function testDeclared(
  changes: Partial<DeclaredSecret['declaration']> = {},
): DeclaredSecret {
  const declaration: DeclaredSecret['declaration'] = {
    name: 'provider-key',
    title: text('Key of the provider'),
    kind: 'kv',
    path: 'provider',
    class: 'sensitive',
    rotationDays: 90,
    access: ['read'],
    readers: ['orders'],
    ...changes,
  };
  return {
    declaration,
    reference: {
      kind: declaration.kind,
      path: declaration.path ?? declaration.role ?? declaration.name,
      declared: declaration.name,
    },
    longestGrantSeconds: 30 * DAY_SECONDS,
    link: 'http://127.0.0.1:7200/ui/vault/secrets/production/show/payments/provider',
    metadata: {
      path: 'provider',
      currentVersion: 2,
      createdAt: inHours(-900),
      updatedAt: inHours(-48),
      versions: [
        { version: 1, createdAt: inHours(-900), destroyed: false },
        { version: 2, createdAt: inHours(-48), destroyed: false },
      ],
    },
    rotationDueAt: inHours(-1),
  };
}

/** The secrets of orders, which may ask for one of payments. */
export function testEntitySecrets(
  changes: Partial<EntitySecrets> = {},
): EntitySecrets {
  return {
    entityRef: 'component:default/orders',
    environment: 'production',
    vault: testEnvironment().vault,
    declared: [
      testDeclared({
        name: 'database',
        title: text('Database of orders'),
        kind: 'database',
        path: undefined,
        role: 'orders-standard',
      }),
    ],
    problems: [],
    ofOthers: [
      {
        owner: 'component:default/payments',
        title: 'Payments',
        secrets: [testDeclared()],
      },
    ],
    held: [testSummary()],
    given: [],
    mayAsk: true,
    mayAskForSelf: true,
    ...changes,
  };
}

/** What asking would mean. */
export function testPreview(changes: Partial<Preview> = {}): Preview {
  return {
    plan: testPlan,
    current: {},
    diff: {
      words: [text('orders may read "provider" of payments')],
      fields: [{ label: text('Service account'), after: 'production/orders' }],
      texts: [{ name: 'policy.hcl', before: '', after: testPlan.policy.text }],
      affected: [],
    },
    newlyAllows: [text('orders may read "provider" of payments')],
    lint: [],
    readers: [],
    affected: [{ text: text('Owners of payments') }],
    contentHash: `sha256:${'b'.repeat(64)}`,
    manifests: [{ name: 'values.yaml', text: 'secrets:\n  role: x\n' }],
    needsAuthorisation: false,
    mayAsk: true,
    notes: [],
    ...changes,
  };
}

/** A value that should be another one. */
export function testRotation(
  changes: Partial<RotationTask> = {},
): RotationTask {
  return {
    id: 'r-1',
    environment: 'production',
    owner: 'component:default/payments',
    secret: testRequest().secret,
    cause: 'revoked',
    grantId: 'g-1',
    openedAt: inHours(-5),
    dueAt: inHours(-1),
    state: 'open',
    link: 'http://127.0.0.1:7200/ui/vault/secrets/production/show/payments/provider',
    mayFinish: true,
    ...changes,
  };
}

/** A campaign with two grants of which the reader may decide. */
export function testReview(
  changes: Partial<ReviewCampaign> = {},
): ReviewCampaign {
  return {
    id: 'c-1',
    title: 'Autumn',
    environment: 'production',
    dueAt: inHours(200),
    createdBy: 'user:default/dana.nowak',
    createdAt: inHours(-20),
    counts: { total: 2, keep: 0, revoke: 0, undecided: 2 },
    items: [
      { grant: testSummary(), mayDecide: true },
      {
        grant: testSummary({
          id: 'g-2',
          secret: { kind: 'kv', path: 'webhook' },
        }),
        mayDecide: true,
      },
    ],
    ...changes,
  };
}

/** A service of which more depend than are listed, or were looked at. */
export function testBlastRadius(): BlastRadius {
  const none = { total: 0, items: [], complete: true };
  return {
    observedAt: inHours(0),
    services: [
      {
        entityRef: 'component:default/orders',
        role: 'subject',
        dependents: {
          total: 2,
          complete: false,
          items: [
            {
              entityRef: 'component:default/storefront',
              title: 'Shop',
              type: 'website',
              owners: ['group:default/web-team'],
              consumedApis: ['api:default/orders-api'],
            },
          ],
        },
        dependencies: none,
        consumedApis: none,
        providedApis: none,
      },
    ],
  };
}

/** An API of one grant. */
export function testSecretsApi(
  overrides: Partial<SecretsApi> = {},
): jest.Mocked<SecretsApi> {
  const grant = async () => testGrant();
  return {
    listEnvironments: jest.fn(async () => [
      testEnvironment(),
      testEnvironment({
        name: 'staging',
        title: 'Staging',
        production: false,
        namespace: 'staging',
      }),
    ]),
    getEntitySecrets: jest.fn(async () => testEntitySecrets()),
    preview: jest.fn(async () => testPreview()),
    ask: jest.fn(grant),
    listGrants: jest.fn(async () => testList([testSummary()])),
    getGrant: jest.fn(grant),
    getBlastRadius: jest.fn(async () => testBlastRadius()),
    withdraw: jest.fn(grant),
    renew: jest.fn(grant),
    revoke: jest.fn(grant),
    prove: jest.fn(grant),
    repair: jest.fn(grant),
    accept: jest.fn(grant),
    retry: jest.fn(grant),
    listRotations: jest.fn(async () => ({
      items: [testRotation()],
      totalItems: 1,
    })),
    finishRotation: jest.fn(async () => testRotation({ state: 'done' })),
    listReviews: jest.fn(async () => ({
      items: [testReview({ items: undefined })],
      mayManage: true,
    })),
    getReview: jest.fn(async () => testReview()),
    openReview: jest.fn(async () => testReview()),
    decideReview: jest.fn(async () => testReview()),
    ...overrides,
  } as jest.Mocked<SecretsApi>;
}

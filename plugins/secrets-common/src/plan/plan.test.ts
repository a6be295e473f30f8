import fc from 'fast-check';
import { PLAN, REQUEST } from '../testing/grants';
import {
  Access,
  ACCESS_OF_KIND,
  SECRET_KINDS,
  SecretDeclaration,
  SecretKind,
} from '../secret';
import { linesOf, renderPolicy } from './capabilities';
import { composePlan } from './composePlan';
import { accessSets, declaredSlots } from './declaredSlots';
import { grantDiff } from './diff';
import { authorisationLink, secretLink } from './links';
import { lintPlan, LintOptions } from './lint';
import { mountsOf } from './mounts';
import { slotOf } from './names';
import { prefixesOf } from './prefixes';
import { allowsWords, durationWords, newLines } from './words';

const mounts = mountsOf('production');
const account = {
  kind: 'service-account',
  namespace: 'production',
  name: 'orders',
} as const;

function declaration(changes: Partial<SecretDeclaration>): SecretDeclaration {
  return {
    name: 'provider-key',
    title: { en: 'Key', zh: '密钥' },
    kind: 'kv',
    class: 'standard',
    access: ['read'],
    readers: [],
    ...changes,
  };
}

/** What something throws, in words. */
function refusedBy(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

describe('policies', () => {
  /** By hand: what each access needs, and nothing else. */
  it.each<[SecretKind, string, Access[], string]>([
    [
      'kv',
      'provider',
      ['read'],
      'path "production/data/payments/provider" {\n  capabilities = ["read"]\n}\n',
    ],
    [
      'kv',
      'a/b',
      ['write', 'read'],
      'path "production/data/payments/a/b" {\n  capabilities = ["create", "read", "update"]\n}\n',
    ],
    [
      'database',
      'payments-standard',
      ['read'],
      'path "database-production/creds/payments-standard" {\n  capabilities = ["read"]\n}\n',
    ],
    [
      'pki',
      'payments',
      ['issue'],
      'path "pki-production/issue/payments" {\n  capabilities = ["update"]\n}\n',
    ],
    [
      'transit',
      'payments-card',
      ['decrypt', 'encrypt'],
      'path "transit-production/encrypt/payments-card" {\n  capabilities = ["update"]\n}\n\npath "transit-production/decrypt/payments-card" {\n  capabilities = ["update"]\n}\n',
    ],
  ])('of %s %s for %j', (kind, path, access, text) => {
    const lines = linesOf(
      { mounts, owner: 'payments', secret: { kind, path } },
      access,
    );
    expect(renderPolicy(lines)).toBe(text);
  });

  it('refuse what a kind does not have, and a path that would need quoting', () => {
    for (const kind of SECRET_KINDS) {
      for (const access of ['read', 'write', 'issue', 'encrypt'] as const) {
        const make = () =>
          linesOf({ mounts, owner: 'o', secret: { kind, path: 'p' } }, [
            access,
          ]);
        expect(refusedBy(make)?.includes('has no access') ?? false).toBe(
          !ACCESS_OF_KIND[kind].includes(access),
        );
      }
    }
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), path => {
        const text = /^[\w.*+/-]+$/.test(path);
        const make = () => renderPolicy([{ path, capabilities: ['read'] }]);
        expect(refusedBy(make)?.includes('no path') ?? false).toBe(!text);
      }),
    );
  });
});

describe('plans', () => {
  it('pin the role to one account, one policy and one name', () => {
    expect(PLAN.role).toEqual({
      mount: 'kubernetes-production',
      name: 'grant-production-orders-payments-provider-key-read-1',
      parameters: {
        bound_service_account_names: 'orders',
        bound_service_account_namespaces: 'production',
        audience: 'vault',
        token_policies: 'grant-production-orders-payments-provider-key-read-1',
        token_ttl: '3600',
        token_max_ttl: '86400',
        token_type: 'service',
      },
    });
    expect(PLAN.policy.name).toBe(PLAN.role.name);
  });

  it('do not hang on the order of accesses, nor anything but the time on the time', () => {
    const compose = (access: Access[], ttlSeconds?: number) =>
      composePlan({
        mounts,
        tier: 'pinned',
        subject: account,
        owner: 'payments',
        secret: REQUEST.secret,
        access,
        number: 3,
        ttlSeconds,
      });
    expect(compose(['write', 'read'])).toEqual(compose(['read', 'write']));
    const { policy: timed, ...rest } = compose(['read'], 60);
    const { policy, ...others } = compose(['read']);
    expect(others).toEqual(rest);
    expect(timed).toEqual({ ...policy, ttlSeconds: 60 });
  });

  it('ask for what is granted, and for what is not', () => {
    expect(PLAN.probes.filter(({ expected }) => expected === 'allow')).toEqual([
      {
        path: 'production/data/payments/provider',
        capability: 'read',
        expected: 'allow',
      },
    ]);
    const denied = PLAN.probes
      .filter(({ expected }) => expected === 'deny')
      .map(({ path, capability }) => `${capability} ${path}`);
    expect(denied).toContain('update production/data/payments/provider');
    expect(denied).toContain('list production/metadata/payments/');
    expect(denied).toContain(`update sys/policies/acl/${PLAN.name}`);
  });

  it('bind a person by the e-mail address, for as long as was asked', () => {
    const { role, name } = composePlan({
      mounts,
      tier: 'control-group',
      subject: {
        kind: 'person',
        email: 'farid@larkfield.example',
        redirectUris: ['https://vault/cb', 'http://localhost:8250/cb'],
      },
      owner: 'payments',
      secret: { kind: 'kv', path: 'Old/Token' },
      access: ['read'],
      number: 1,
      ttlSeconds: 600,
    });
    expect(name).toBe('cg-production-farid-payments-old-token-read-1');
    expect(role).toMatchObject({
      mount: 'oidc',
      parameters: {
        bound_claims: '{"email":"farid@larkfield.example"}',
        allowed_redirect_uris: 'https://vault/cb,http://localhost:8250/cb',
        token_ttl: '600',
        token_max_ttl: '600',
      },
    });
  });
});

describe('declared slots', () => {
  it('are every access of the owner and of each reader', () => {
    expect(accessSets(['read', 'write'])).toEqual([
      ['read'],
      ['read', 'write'],
      ['write'],
    ]);
    const slots = declaredSlots({
      environment: 'staging',
      services: [
        {
          entityRef: 'component:default/payments',
          service: 'payments',
          secrets: [
            declaration({ access: ['read', 'write'], readers: ['orders'] }),
            declaration({ name: 'database', kind: 'database' }),
          ],
        },
      ],
    });
    expect(slots.map(({ slot }) => slot)).toEqual([
      'staging-payments-payments-provider-key-read',
      'staging-payments-payments-provider-key-read-write',
      'staging-payments-payments-provider-key-write',
      'staging-orders-payments-provider-key-read',
      'staging-orders-payments-provider-key-read-write',
      'staging-orders-payments-provider-key-write',
      'staging-payments-payments-database-read',
    ]);
    expect(slots[6].secret.path).toBe('payments-standard');
  });

  it('refuse two that would have one name, and a role of two services', () => {
    const of = (service: string, secret: Partial<SecretDeclaration>) => ({
      entityRef: `component:default/${service}`,
      service,
      secrets: [declaration(secret)],
    });
    expect(() =>
      declaredSlots({
        environment: 'e',
        services: [
          of('a', { name: 'b-c', readers: ['x'] }),
          of('a-b', { name: 'c', readers: ['x'] }),
        ],
      }),
    ).toThrow(/would both be named e-x-a-b-c-read/);
    expect(() =>
      declaredSlots({
        environment: 'e',
        services: [
          of('a', { name: 'x', kind: 'pki', role: 'a-b', access: ['issue'] }),
          of('a-b', { name: 'y', kind: 'pki', access: ['issue'] }),
        ],
      }),
    ).toThrow(/both declare pki a-b/);
  });

  it('are named as the portal names them', () => {
    expect(
      slotOf({
        environment: 'production',
        subject: 'orders',
        owner: 'payments',
        secret: REQUEST.secret,
        access: ['read'],
      }),
    ).toBe('production-orders-payments-provider-key-read');
  });
});

describe('lint', () => {
  const prefixes = prefixesOf({
    mounts,
    owner: 'payments',
    named: [{ kind: 'database', path: 'payments-standard' }],
  });
  const lint = (changes: Partial<LintOptions> & { lines?: object[] }) => {
    const { lines = PLAN.allows, ...rest } = changes;
    return lintPlan({
      plan: { allows: lines as never },
      durationSeconds: 86_400,
      subject: 'service-account',
      secretClass: 'standard',
      prefixes,
      living: [],
      ...rest,
    }).map(({ code, severity }) => `${severity} ${code}`);
  };
  const at = (path: string, ...capabilities: string[]) => [
    { path, capabilities },
  ];

  it('finds nothing where there is nothing', () => {
    expect(lint({})).toEqual([]);
    expect(
      lint({
        lines: at('database-production/creds/payments-standard', 'read'),
      }),
    ).toEqual([]);
  });

  it.each<[string, Partial<LintOptions> & { lines?: object[] }, string[]]>([
    [
      'a wildcard',
      { lines: at('production/data/payments/*', 'read') },
      ['error wildcard'],
    ],
    [
      'a segment that may be anything',
      { lines: at('production/data/payments/+/x', 'read') },
      ['error wildcard'],
    ],
    [
      'the prefix of another',
      { lines: at('production/data/payments-old/x', 'read') },
      ['error outside-prefix'],
    ],
    [
      'a role that begins alike',
      { lines: at('database-production/creds/payments-standard-2', 'read') },
      ['error outside-prefix'],
    ],
    [
      'sudo',
      { lines: at('production/data/payments/x', 'sudo') },
      ['error sudo'],
    ],
    [
      'list on a parent',
      { lines: at('production/data/payments/', 'list') },
      ['error list-on-parent'],
    ],
    [
      'list on one path',
      { lines: at('production/data/payments/x', 'list') },
      ['warning list-on-parent'],
    ],
    [
      'reading and writing',
      { lines: at('production/data/payments/x', 'read', 'update') },
      ['warning write-and-read'],
    ],
    [
      'what the subject has',
      { living: [{ name: 'grant-1', allows: PLAN.allows }] },
      ['warning overlap'],
    ],
    [
      'too long for the class',
      { durationSeconds: 7 * 86_400 + 1, secretClass: 'critical' },
      ['error longer-than-class'],
    ],
    [
      'too long for a person',
      { durationSeconds: 8 * 3_600 + 1, subject: 'person' },
      ['error longer-than-class'],
    ],
    [
      'too long for what nobody declared',
      { durationSeconds: 30 * 86_400 + 1, secretClass: undefined },
      ['error longer-than-class'],
    ],
  ])('finds %s', (_, changes, found) => {
    expect(lint(changes)).toEqual(found);
  });
});

describe('words', () => {
  it('say who may do what, in both languages', () => {
    expect(allowsWords(REQUEST)).toEqual([
      {
        en: 'production/orders may read the secret "provider" of payments in production',
        zh: 'production/orders 可以读取production 中 payments 的密钥“provider”',
      },
    ]);
  });

  it.each([
    [86_400, '1 day', '1 天'],
    [7 * 86_400, '7 days', '7 天'],
    [90_000, '25 hours', '25 小时'],
    [600, '10 minutes', '10 分钟'],
    [61, '61 seconds', '61 秒'],
  ])('%d s are %s', (seconds, en, zh) => {
    expect(durationWords(seconds)).toEqual({ en, zh });
  });

  it('of what is new leave out what others allow', () => {
    const line = { path: 'a', capabilities: ['read', 'update'] };
    expect(newLines([line], [])).toEqual([line]);
    expect(newLines([line], [{ path: 'a', capabilities: ['read'] }])).toEqual([
      { path: 'a', capabilities: ['update'] },
    ]);
    expect(newLines([line], [line])).toEqual([]);
  });
});

describe('what is shown', () => {
  it('has the whole policy and the whole role', () => {
    const { texts, words } = grantDiff({
      request: REQUEST,
      plan: PLAN,
      current: {},
      affected: [],
    });
    expect(texts.map(({ before }) => before)).toEqual(['', '']);
    expect(texts[0].after).toBe(PLAN.policy.text);
    for (const value of Object.values(PLAN.role.parameters)) {
      expect(texts[1].after).toContain(value);
    }
    expect(words.some(({ en }) => en.includes('unknown'))).toBe(false);
  });

  it('says that nothing is known of Vault while it does not answer', () => {
    const { words } = grantDiff({
      request: REQUEST,
      plan: PLAN,
      current: undefined,
      affected: [],
    });
    expect(words.some(({ en }) => en.includes('unknown'))).toBe(true);
  });

  it('links to the exact path', () => {
    const link = (
      product: 'openbao' | 'vault',
      kind: SecretKind,
      path: string,
    ) =>
      secretLink(
        { url: 'https://v', product },
        { mounts, owner: 'payments', secret: { kind, path } },
      );
    expect([
      link('openbao', 'kv', 'a/b'),
      link('vault', 'kv', 'a/b'),
      link('openbao', 'database', 'payments-standard'),
      link('openbao', 'pki', 'payments'),
      link('openbao', 'transit', 'payments-card'),
      authorisationLink({ url: 'https://v', product: 'vault' }, 'abc'),
      // OpenBao's interface has no page of control groups.
      authorisationLink({ url: 'https://v', product: 'openbao' }, 'abc'),
      authorisationLink({ url: 'https://v' }, 'abc'),
    ]).toEqual([
      'https://v/ui/vault/secrets/production/show/payments/a/b',
      'https://v/ui/vault/secrets/production/kv/payments%2Fa%2Fb/details',
      'https://v/ui/vault/secrets/database-production/show/role/payments-standard',
      'https://v/ui/vault/secrets/pki-production/pki/roles/payments/details',
      'https://v/ui/vault/secrets/transit-production/show/payments-card',
      'https://v/ui/vault/access/control-groups/abc',
      undefined,
      undefined,
    ]);
  });
});

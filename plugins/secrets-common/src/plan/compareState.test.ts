import fc from 'fast-check';
import {
  GrantPlan,
  VaultState,
  WIDENING_FIELDS,
  WideningField,
} from '../grant/types';
import { PLAN } from '../testing/grants';
import {
  driftOf,
  isBetween,
  samePlan,
  samePolicy,
  sameRole,
  widenedFields,
} from './compareState';
import { composePlan } from './composePlan';
import { mountsOf } from './mounts';

const PERSON_PLAN = composePlan({
  mounts: mountsOf('production'),
  tier: 'control-group',
  subject: {
    kind: 'person',
    email: 'dana@shop.example',
    redirectUris: ['http://b/callback', 'http://a/callback'],
  },
  owner: 'payments',
  secret: { kind: 'kv', path: 'provider' },
  access: ['read'],
  number: 1,
  ttlSeconds: 3_600,
});

/** As OpenBao 2.7 answers the role of a service account, all of it. */
const ACCOUNT_ROLE = {
  alias_name_source: 'serviceaccount_uid',
  audience: 'vault',
  bound_service_account_names: ['orders'],
  bound_service_account_namespace_selector: '',
  bound_service_account_namespaces: ['production'],
  token_bound_cidrs: [],
  token_explicit_max_ttl: 0,
  token_max_ttl: 86400,
  token_no_default_policy: false,
  token_num_uses: 0,
  token_period: 0,
  token_policies: [PLAN.name],
  token_strictly_bind_ip: false,
  token_ttl: 3600,
  token_type: 'service',
};

/** As OpenBao 2.7 answers the role of a person, all of it. */
const PERSON_ROLE = {
  allowed_redirect_uris: ['http://b/callback', 'http://a/callback'],
  bound_audiences: null,
  bound_claims: { email: 'dana@shop.example' },
  bound_claims_type: 'string',
  bound_subject: '',
  callback_mode: 'client',
  claim_mappings: null,
  clock_skew_leeway: 0,
  expiration_leeway: 0,
  groups_claim: '',
  max_age: 0,
  not_before_leeway: 0,
  oauth2_metadata: null,
  oidc_disable_confirmation: false,
  oidc_scopes: ['openid', 'email'],
  role_type: 'oidc',
  token_bound_cidrs: [],
  token_explicit_max_ttl: 0,
  token_max_ttl: 3600,
  token_no_default_policy: false,
  token_num_uses: 0,
  token_period: 0,
  token_policies: [PERSON_PLAN.name],
  token_policies_template_claims: false,
  token_strictly_bind_ip: false,
  token_ttl: 3600,
  token_type: 'service',
  user_claim: 'email',
  user_claim_json_pointer: false,
  verbose_oidc_logging: false,
};

/** By hand: how each field is read back once somebody set it. */
const WIDENED: Record<WideningField, { value: unknown; text: string }> = {
  token_period: { value: 3600, text: '3600' },
  period: { value: 3600, text: '3600' },
  token_policies_template_claims: { value: true, text: 'true' },
  bound_service_account_namespace_selector: {
    value: '{"matchLabels":{"a":"b"}}',
    text: '{"matchLabels":{"a":"b"}}',
  },
  alias_name_source: {
    value: 'serviceaccount_name',
    text: 'serviceaccount_name',
  },
  groups_claim: { value: 'groups', text: 'groups' },
  bound_claims_type: { value: 'glob', text: 'glob' },
  bound_audiences: { value: ['b', 'a'], text: 'b,a' },
  claim_mappings: { value: { sub: 'who' }, text: '{"sub":"who"}' },
  oauth2_metadata: { value: ['access_token'], text: 'access_token' },
  callback_mode: { value: 'device', text: 'device' },
  oidc_disable_confirmation: { value: true, text: 'true' },
};

const BOTH: Array<[string, GrantPlan, Record<string, unknown>]> = [
  ['a service account', PLAN, ACCOUNT_ROLE],
  ['a person', PERSON_PLAN, PERSON_ROLE],
];

describe.each(BOTH)('the role of %s', (_, plan, role) => {
  const { parameters } = plan.role;
  const drift = (changed: Record<string, unknown>) =>
    driftOf(plan, { policy: plan.policy.text, role: changed }, 'now');

  it('is as planned in all that a server adds', () => {
    expect(sameRole(parameters, role)).toBe(true);
    expect(drift(role)).toBeUndefined();
    // Of servers that do not answer what nobody set.
    expect(sameRole(parameters, parameters)).toBe(true);
  });

  it.each(WIDENING_FIELDS)('has drifted once %s widens it', field => {
    const { value, text } = WIDENED[field];
    const widened = { ...role, [field]: value };
    expect(widenedFields(parameters, widened)).toEqual([field]);
    expect(sameRole(parameters, widened)).toBe(false);
    const { what, expected, found, widened: fields } = drift(widened)!;
    expect([what, fields]).toEqual(['role', [field]]);
    // Nothing else differs from what was approved.
    expect(expected).not.toContain(`${field} = `);
    const lines = found!.split('\n');
    expect(lines).toContain(`${field} = ${text}`);
    expect(lines.filter(line => !line.startsWith(`${field} = `))).toEqual(
      expected.split('\n'),
    );
  });

  it('has drifted with any parameter gone or another', () => {
    for (const name of Object.keys(parameters)) {
      for (const value of [undefined, 'another', ['another'], { a: 'b' }]) {
        const changed = drift({ ...role, [name]: value });
        expect([name, changed?.what]).toEqual([name, 'role']);
        expect(changed).not.toHaveProperty('widened');
      }
    }
  });
});

describe('a role', () => {
  it.each<[string, Record<string, unknown>, boolean]>([
    ['for another account', { bound_service_account_names: ['portal'] }, false],
    [
      'for one more',
      { bound_service_account_names: ['orders', 'portal'] },
      false,
    ],
    ['for every account', { bound_service_account_names: ['*'] }, false],
    ['for none', { bound_service_account_names: [] }, false],
    ['with another policy too', { token_policies: [PLAN.name, 'p'] }, false],
    ['with longer tokens', { token_ttl: 7200 }, false],
    ['with numbers as texts', { token_ttl: '3600' }, true],
    ['without a period', { token_period: '0' }, true],
  ])('%s', (_, change, same) => {
    expect(sameRole(PLAN.role.parameters, { ...ACCOUNT_ROLE, ...change })).toBe(
      same,
    );
  });

  it('has claims in any order', () => {
    const parameters = {
      bound_claims: '{"email":"a@b","team":{"x":"1","y":"2"}}',
    };
    const claims = { team: { y: '2', x: '1' }, email: 'a@b' };
    expect(sameRole(parameters, { bound_claims: claims })).toBe(true);
    expect(
      sameRole(parameters, { bound_claims: { ...claims, email: 'c@d' } }),
    ).toBe(false);
  });

  it('has lists in any order, and no member more or less', () => {
    const members = fc.uniqueArray(fc.stringMatching(/^[a-z:/.]{1,12}$/), {
      minLength: 1,
      maxLength: 6,
    });
    const both = members.chain(list =>
      fc.tuple(
        fc.constant(list),
        fc.shuffledSubarray(list, { minLength: list.length }),
      ),
    );
    fc.assert(
      fc.property(both, ([list, shuffled]) => {
        const same = (found: string[]) =>
          sameRole({ oidc_scopes: list.join(',') }, { oidc_scopes: found });
        expect(same(shuffled)).toBe(true);
        expect(same([...shuffled, 'another'])).toBe(false);
        expect(same(shuffled.slice(1))).toBe(false);
        expect(same([list.join(',')])).toBe(list.length === 1);
      }),
    );
    expect(sameRole({ oidc_scopes: '' }, { oidc_scopes: [] })).toBe(true);
    expect(sameRole({ oidc_scopes: '' }, { oidc_scopes: null })).toBe(true);
  });

  it('may have what its plan sets, though it widens', () => {
    const parameters = { ...PLAN.role.parameters, token_period: '60' };
    expect(sameRole(parameters, { ...ACCOUNT_ROLE, token_period: 60 })).toBe(
      true,
    );
    expect(sameRole(parameters, ACCOUNT_ROLE)).toBe(false);
  });
});

describe('what has drifted', () => {
  it.each<[string, string | undefined, object | undefined, string]>([
    ['the policy is gone', undefined, ACCOUNT_ROLE, 'policy'],
    ['the policy is another', 'path "*" {}', ACCOUNT_ROLE, 'policy'],
    ['the role is gone', PLAN.policy.text, undefined, 'role'],
    [
      'another account is let in',
      PLAN.policy.text,
      { ...ACCOUNT_ROLE, bound_service_account_names: ['orders', 'cart'] },
      'role',
    ],
    [
      'another policy is handed out, too',
      PLAN.policy.text,
      { ...ACCOUNT_ROLE, token_policies: [PLAN.name, 'admin'] },
      'role',
    ],
  ])('says that %s', (_, policy, role, what) => {
    const drift = driftOf(
      PLAN,
      {
        ...(policy !== undefined && { policy }),
        ...(role && { role: role as Record<string, unknown> }),
      },
      'now',
    );
    expect(drift?.what).toBe(what);
    const isGone = what === 'policy' ? policy === undefined : !role;
    expect(drift?.found === undefined).toBe(isGone);
  });

  it('differs from what was approved in the lines that differ alone', () => {
    const { expected, found } = driftOf(
      PLAN,
      {
        policy: PLAN.policy.text,
        role: {
          ...ACCOUNT_ROLE,
          bound_service_account_names: ['orders', 'cart'],
          token_ttl: undefined,
        },
      },
      'now',
    )!;
    const lines = expected.split('\n');
    expect(found!.split('\n')).toEqual(
      lines
        .filter(line => !line.startsWith('token_ttl'))
        .map(line =>
          line === 'bound_service_account_names = orders'
            ? 'bound_service_account_names = orders,cart'
            : line,
        ),
    );
  });

  it('is no policy with space around it', () => {
    expect(samePolicy('a {\n}\n', 'a {\n}')).toBe(true);
    expect(samePolicy('a {\n}\n', '\na {\n}\n\n')).toBe(true);
    expect(samePolicy('a {\n}\n', 'a {\n }\n')).toBe(false);
  });
});

describe('going on', () => {
  const { text } = PLAN.policy;
  const widened = { ...ACCOUNT_ROLE, token_period: 60 };
  const policies = fc.constantFrom(undefined, text, 'base', 'foreign');
  const roles = fc.constantFrom<Array<Record<string, unknown> | undefined>>(
    undefined,
    ACCOUNT_ROLE,
    { base: 1 },
    { foreign: 1 },
  );

  it('is right exactly when each part is of the base or of the plan', () => {
    fc.assert(
      fc.property(policies, roles, (policy, role) => {
        const base: VaultState = { policy: 'base', role: { base: 1 } };
        expect(isBetween(PLAN, base, { policy, role })).toBe(
          (policy === text || policy === 'base') &&
            (role === ACCOUNT_ROLE || role?.base === 1),
        );
      }),
    );
  });

  it('is right from nothing to everything', () => {
    for (const found of [
      {},
      { policy: text },
      { policy: text, role: ACCOUNT_ROLE },
    ]) {
      expect(isBetween(PLAN, {}, found)).toBe(true);
    }
    expect(samePlan(PLAN, { policy: text, role: ACCOUNT_ROLE })).toEqual({
      policy: true,
      role: true,
    });
    expect(samePlan(PLAN, {})).toEqual({ policy: false, role: false });
  });

  it('is right once a widened role was removed, and over no other', () => {
    const base = { policy: text, role: widened };
    for (const role of [widened, undefined, ACCOUNT_ROLE]) {
      expect(isBetween(PLAN, base, { policy: text, role })).toBe(true);
    }
    const other = { ...widened, token_period: 61 };
    expect(isBetween(PLAN, base, { policy: text, role: other })).toBe(false);
    expect(
      isBetween(PLAN, { policy: text, role: { base: 1 } }, { policy: text }),
    ).toBe(false);
  });
});

import fc from 'fast-check';
import { GrantPlan, VaultState } from '@shopfloor/plugin-secrets-common';
import { isBetween, samePlan, sameRole } from './sameState';

const parameters = {
  bound_service_account_names: 'orders',
  token_ttl: '3600',
};
const plan: GrantPlan = {
  environment: 'production',
  tier: 'pinned',
  name: 'g',
  policy: { name: 'g', text: 'text' },
  role: { mount: 'm', name: 'g', parameters },
  allows: [],
  probes: [],
};
const role = { bound_service_account_names: ['orders'], token_ttl: 3600 };

describe('a role', () => {
  it.each<[string, Record<string, unknown>, boolean]>([
    ['as planned', {}, true],
    [
      'with what the server adds',
      { token_num_uses: 0, alias_name_source: 'serviceaccount_uid' },
      true,
    ],
    ['for another account', { bound_service_account_names: ['portal'] }, false],
    [
      'for one more',
      { bound_service_account_names: ['orders', 'portal'] },
      false,
    ],
    ['with longer tokens', { token_ttl: 7200 }, false],
    ['with tokens without end', { token_period: 3600 }, false],
    ['without a period', { token_period: 0 }, true],
    [
      'for namespaces by label',
      { bound_service_account_namespace_selector: '{"a":"b"}' },
      false,
    ],
    ['without a parameter', { token_ttl: undefined }, false],
  ])('%s', (_, change, same) => {
    expect(sameRole(parameters, { ...role, ...change })).toBe(same);
  });

  it('has claims in any order', () => {
    expect(
      sameRole(
        { bound_claims: '{"email":"a@b","team":"c"}' },
        { bound_claims: { team: 'c', email: 'a@b' } },
      ),
    ).toBe(true);
  });
});

describe('going on', () => {
  const policies = fc.constantFrom(undefined, 'text', 'base', 'foreign');
  const roles = fc.constantFrom(undefined, role, { base: 1 }, { foreign: 1 });

  it('is right exactly when each part is of the base or of the plan', () => {
    fc.assert(
      fc.property(policies, roles, (policy, foundRole) => {
        const base: VaultState = { policy: 'base', role: { base: 1 } };
        const found: VaultState = { policy, role: foundRole };
        expect(isBetween(plan, base, found)).toBe(
          (policy === 'text' || policy === 'base') &&
            (foundRole === role ||
              (foundRole as object)?.hasOwnProperty('base') === true),
        );
      }),
    );
  });

  it('is right from nothing to everything', () => {
    for (const found of [{}, { policy: 'text' }, { policy: 'text', role }]) {
      expect(isBetween(plan, {}, found)).toBe(true);
    }
    expect(samePlan(plan, { policy: 'text', role })).toEqual({
      policy: true,
      role: true,
    });
    expect(samePlan(plan, {})).toEqual({ policy: false, role: false });
  });
});

import { CheckSight, resultCriteria } from './CheckSight';

const rule = (name: string, params: object, resourceType = 'check-result') => ({
  rule: name,
  resourceType,
  params,
});

const facets = new Set([
  'kind=component',
  'relations.ownedby=group:default/checkout',
  'relations.partof=system:default/shop',
]);

describe('CheckSight', () => {
  const sees = (conditions: object, check = 'probes') =>
    CheckSight.create({
      criteria: resultCriteria(conditions as never),
      categories: new Map([
        ['probes', 'orchestration'],
        ['readme', 'documentation'],
      ]),
    }).sees(facets, check);

  it.each<[string, object, boolean]>([
    [
      'owner',
      rule('IS_ENTITY_OWNER', { claims: ['group:default/Checkout'] }),
      true,
    ],
    [
      'stranger',
      rule('IS_ENTITY_OWNER', { claims: ['user:default/ada'] }),
      false,
    ],
    ['kind', rule('IS_ENTITY_KIND', { kinds: ['Component'] }), true],
    [
      'system',
      rule('IS_IN_SYSTEM', { systems: ['system:default/Shop'] }),
      true,
    ],
    ['check', rule('IS_CHECK', { checks: ['probes'] }), true],
    ['other check', rule('IS_CHECK', { checks: ['readme'] }), false],
    ['category', rule('HAS_CATEGORY', { categories: ['orchestration'] }), true],
    [
      'not the category',
      { not: rule('HAS_CATEGORY', { categories: ['orchestration'] }) },
      false,
    ],
    [
      'owner and check',
      {
        allOf: [
          rule('IS_ENTITY_OWNER', { claims: ['group:default/checkout'] }),
          rule('IS_CHECK', { checks: ['readme'] }),
        ],
      },
      false,
    ],
    [
      'owner or check',
      {
        anyOf: [
          rule('IS_ENTITY_OWNER', { claims: ['group:default/checkout'] }),
          rule('IS_CHECK', { checks: ['readme'] }),
        ],
      },
      true,
    ],
    ['nobody', rule('IS_ENTITY_OWNER', { claims: [] }), false],
  ])('by %s', (_, conditions, expected) => {
    expect(sees(conditions)).toBe(expected);
  });

  it.each([
    rule('IS_NEW', {}),
    rule('toString', {}),
    rule('IS_CHECK', { checks: 'probes' }),
    rule('HAS_CATEGORY', { categories: ['other'] }),
    rule('IS_CHECK', { checks: ['probes'] }, 'catalog-entity'),
  ])('shows nothing by $rule of $resourceType, nor by its negation', one => {
    for (const conditions of [one, { not: one }, { anyOf: [one] }]) {
      expect(sees(conditions)).toBe(false);
    }
  });

  it('shows nothing of a check whose category is not known', () => {
    expect(
      sees({ not: rule('HAS_CATEGORY', { categories: ['mesh'] }) }, 'new'),
    ).toBe(false);
  });
});

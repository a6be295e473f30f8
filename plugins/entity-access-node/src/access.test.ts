import { TestDatabases } from '@backstage/backend-test-utils';
import { Entity } from '@backstage/catalog-model';
import { permissionRules } from '@backstage/plugin-catalog-backend/alpha';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { createConditionAuthorizer } from '@backstage/plugin-permission-node';
import fc from 'fast-check';
import { Knex } from 'knex';
import { catalogConditions } from './catalogConditions';
import {
  applyCriteria,
  EVERYTHING,
  FacetQuery,
  isEverything,
  meetsCriteria,
  NOTHING,
} from './criteria';
import { facetsOf, matchesFilter } from './facets';

const orders: Entity = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: {
    name: 'Orders',
    annotations: { 'shopfloor.dev/slo': './slo.yaml' },
    labels: { tier: 'One' },
    tags: ['Java', 'shop'],
  },
  spec: {
    type: 'service',
    lifecycle: 'production',
    system: 'shop',
    definition: 'a long document',
  },
  relations: [{ type: 'ownedBy', targetRef: 'group:default/checkout-team' }],
};

const text = (...values: string[]) => fc.constantFrom(...values);
const value = fc.option(
  text('./slo.yaml', 'One', 'one', 'service', 'SERVICE', 'Orders', 'x'),
  { nil: undefined },
);
const leaf = fc
  .oneof(
    fc.record({
      rule: fc.constant('HAS_ANNOTATION'),
      params: fc.record({
        annotation: text('shopfloor.dev/slo', 'other'),
        value,
      }),
    }),
    fc.record({
      rule: fc.constant('HAS_LABEL'),
      params: fc.record({ label: text('tier', 'other'), value }),
    }),
    fc.record({
      rule: text('HAS_SPEC', 'HAS_METADATA'),
      params: fc.record({
        key: text('type', 'lifecycle', 'name', 'none'),
        value,
      }),
    }),
    fc.record({
      rule: fc.constant('IS_ENTITY_KIND'),
      params: fc.record({
        kinds: fc.array(text('component', 'Component', 'API')),
      }),
    }),
    fc.record({
      rule: fc.constant('IS_ENTITY_OWNER'),
      params: fc.record({
        claims: fc.array(
          text('group:default/checkout-team', 'user:default/ada'),
        ),
      }),
    }),
  )
  .map(condition => ({ ...condition, resourceType: 'catalog-entity' }));
const { conditions } = fc.letrec(tie => ({
  conditions: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.record({ not: tie('conditions') }),
    fc.record({
      allOf: fc.array(tie('conditions'), { minLength: 1, maxLength: 3 }),
    }),
    fc.record({
      anyOf: fc.array(tie('conditions'), { minLength: 1, maxLength: 3 }),
    }),
  ),
}));

const hasOneOf =
  (facets: string[]) =>
  (query: FacetQuery): boolean =>
    query.facets.some(facet => facets.includes(facet));

describe('facetsOf and matchesFilter', () => {
  const facets = new Set(facetsOf(orders));

  it.each<[any, boolean]>([
    [{ kind: 'component' }, true],
    [{ kind: 'Component', 'spec.type': ['website', 'Service'] }, true],
    [{ kind: 'Component', 'spec.type': 'website' }, false],
    [[{ kind: 'API' }, { 'metadata.tags': 'java' }], true],
    [{ 'metadata.annotations.shopfloor.dev/slo': true }, true],
    [{ 'metadata.annotations.shopfloor.dev/slo': './other.yaml' }, false],
    [{ 'metadata.annotations.other': true }, false],
    [{ 'metadata.namespace': 'default' }, true],
    [{ 'relations.ownedBy': 'group:default/checkout-team' }, true],
    [{ 'spec.definition': true }, false],
    [[], false],
  ])('%j', (filter, expected) => {
    expect(matchesFilter(facets, filter)).toBe(expected);
  });
});

describe('catalogConditions', () => {
  it('judges an entity as the catalog does', () => {
    const authorize = createConditionAuthorizer<Entity>(
      Object.values(permissionRules) as never,
    );
    const meets = hasOneOf(facetsOf(orders));
    fc.assert(
      fc.property(conditions, condition => {
        const ours = meetsCriteria(
          catalogConditions(condition as never),
          meets,
        );
        const theirs = authorize(
          {
            result: AuthorizeResult.CONDITIONAL,
            pluginId: 'catalog',
            resourceType: 'catalog-entity',
            conditions: condition as never,
          },
          orders,
        );
        expect(ours).toBe(theirs);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    { rule: 'NEW', resourceType: 'catalog-entity', params: {} },
    { rule: 'toString', resourceType: 'catalog-entity', params: {} },
    { rule: 'IS_ENTITY_KIND', resourceType: 'other', params: { kinds: ['a'] } },
    {
      rule: 'IS_ENTITY_KIND',
      resourceType: 'catalog-entity',
      params: { kinds: 'component' },
    },
  ])('shows nothing by $rule of $resourceType, nor by its negation', rule => {
    for (const criteria of [rule, { not: rule }, { anyOf: [rule] }]) {
      const understood = catalogConditions(criteria as never);
      expect(meetsCriteria(understood, () => true)).toBe(false);
    }
  });
});

describe('applyCriteria', () => {
  const databases = TestDatabases.create({ ids: ['POSTGRES_18'] });
  let knex: Knex;

  beforeAll(async () => {
    knex = await databases.init('POSTGRES_18');
  });
  afterAll(() => knex.destroy());

  const inDatabase = async (criteria: any) => {
    const query = knex
      .from(knex.raw('(select ?::text[] as facets) as e', [facetsOf(orders)]))
      .count('* as count');
    applyCriteria<FacetQuery>(query, criteria, (one, { facets }) => {
      one.whereRaw('e.facets && ?::text[]', [facets]);
    });
    const [{ count }] = (await query) as any;
    return Number(count) === 1;
  };

  it('finds in the database what meets the criteria in memory', async () => {
    const meets = hasOneOf(facetsOf(orders));
    await fc.assert(
      fc.asyncProperty(conditions, async condition => {
        const criteria = catalogConditions(condition as never);
        expect(await inDatabase(criteria)).toBe(meetsCriteria(criteria, meets));
      }),
      { numRuns: 100 },
    );
  });

  it('knows everything from nothing', async () => {
    expect(await inDatabase(EVERYTHING)).toBe(true);
    expect(await inDatabase(NOTHING)).toBe(false);
    expect(isEverything({ allOf: [EVERYTHING, EVERYTHING] })).toBe(true);
    expect(isEverything({ allOf: [EVERYTHING, NOTHING] })).toBe(false);
    expect(isEverything({ not: { facets: ['kind=api'] } })).toBe(false);
    expect(isEverything(NOTHING)).toBe(false);
  });
});

import { facetsOf, matchesFilter } from './matchesFilter';

describe('facetsOf and matchesFilter', () => {
  const facets = new Set(
    facetsOf({
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'Component',
      metadata: {
        name: 'orders',
        tags: ['Java', 'shop'],
        annotations: { 'shopfloor.dev/slo': './slo.yaml' },
      },
      spec: { type: 'service', system: 'shop', definition: 'a long document' },
      relations: [
        { type: 'ownedBy', targetRef: 'group:default/checkout-team' },
      ],
    }),
  );

  it.each<[any, boolean]>([
    [{ kind: 'component' }, true],
    [{ kind: 'Component', 'spec.type': ['website', 'Service'] }, true],
    [{ kind: 'Component', 'spec.type': 'website' }, false],
    [[{ kind: 'API' }, { 'metadata.tags': 'java' }], true],
    [{ 'metadata.annotations.shopfloor.dev/slo': true }, true],
    [{ 'metadata.annotations.shopfloor.dev/slo': './other.yaml' }, false],
    [{ 'metadata.annotations.other': true }, false],
    [{ 'relations.ownedBy': 'group:default/checkout-team' }, true],
    [{ 'spec.definition': true }, false],
  ])('%j', (filter, expected) => {
    expect(matchesFilter(facets, filter)).toBe(expected);
  });
});

import plugin, { sloApiRef, sloTranslationRef } from '.';
import { sloAttention } from './attention';
import { statesOf, testSlo, testSloApi } from './testing/slos';
import { SloSummary } from '@shopfloor/plugin-slo-common';
import { AttentionBlueprint, AttentionSource } from '@shopfloor/ui';
import {
  createExtensionTester,
  mockApis,
} from '@backstage/frontend-test-utils';

/** An API that filters by owner and state, as the backend does. */
function filteringApi(slos: SloSummary[]) {
  const api = testSloApi(slos);
  api.list.mockImplementation(async (asked = {}) => {
    const items = slos.filter(
      ({ owner, state }) =>
        (!asked.owner || owner === asked.owner) &&
        (!asked.state || state === asked.state),
    );
    return {
      items,
      totalItems: items.length,
      states: statesOf(items),
      sources: [],
      facets: { owners: [], environments: [] },
    };
  });
  return api;
}

describe('slo plugin', () => {
  it('is a feature with a page, a tab, a card and a source of attention', () => {
    expect(plugin.id).toBe('slo');
    for (const id of [
      'page:slo',
      'entity-content:slo',
      'entity-card:slo',
      'api:slo',
      'api:slo/analysis',
      'api:slo/release-gate',
      'api:slo/exclusions',
      'attention:slo',
    ]) {
      expect(plugin.getExtension(id as never)).toBeDefined();
    }
  });

  it('tells the home page of one own SLOs that do not do well', async () => {
    const source: AttentionSource = createExtensionTester(sloAttention).get(
      AttentionBlueprint.dataRefs.source,
    );
    const { t } = mockApis
      .translation()
      .getTranslation(sloTranslationRef) as any;
    const api = filteringApi([
      testSlo({ id: 'a', bad: 1500 }),
      testSlo({ id: 'b' }),
      testSlo({ id: 'c', state: 'stale', lastState: 'ok' }),
      testSlo({ id: 'd', bad: 1500, entityRef: 'component:default/cart' }),
      testSlo({ id: 'e', bad: 1500, owner: 'group:default/checkout-team' }),
    ]);
    const items = await source.load({
      apis: { get: ref => (ref.id === sloApiRef.id ? api : undefined) as any },
      ownershipEntityRefs: ['group:default/merchandising-team'],
      ownedEntities: [
        {
          apiVersion: 'backstage.io/v1alpha1',
          kind: 'Component',
          metadata: { name: 'products' },
        },
      ],
      signal: new AbortController().signal,
      translate: async () => t,
    });
    for (const state of ['failing', 'at-risk', 'stale']) {
      expect(api.list).toHaveBeenCalledWith(
        { owner: 'group:default/merchandising-team', state, limit: 500 },
        expect.anything(),
      );
    }
    expect(api.list).toHaveBeenCalledTimes(3);
    expect(
      items.map(({ id, state, title, detail }) => [id, state, title, detail]),
    ).toEqual([
      [
        'a',
        'failing',
        'Products answers of products in production',
        'Does not keep its promise: 1.5 times the error budget is spent',
      ],
      [
        'c',
        'stale',
        'Products answers of products in production',
        'When last seen: Keeps its promise, 63% of the error budget left; at this rate it lasts',
      ],
    ]);
  });

  it('tells the home page nothing while all is well, and never hides that it could not ask', async () => {
    const source: AttentionSource = createExtensionTester(sloAttention).get(
      AttentionBlueprint.dataRefs.source,
    );
    const { t } = mockApis
      .translation()
      .getTranslation(sloTranslationRef) as any;
    const api = filteringApi([testSlo()]);
    const load = () =>
      source.load({
        apis: {
          get: ref => (ref.id === sloApiRef.id ? api : undefined) as any,
        },
        ownershipEntityRefs: ['group:default/merchandising-team'],
        ownedEntities: [
          {
            apiVersion: 'backstage.io/v1alpha1',
            kind: 'Component',
            metadata: { name: 'products' },
          },
        ],
        signal: new AbortController().signal,
        translate: async () => t,
      });
    expect(await load()).toEqual([]);
    api.list.mockRejectedValueOnce(new Error('gateway timeout'));
    await expect(load()).rejects.toThrow('gateway timeout');
  });

  it('has the same words in English and in Chinese', async () => {
    const { default: chinese } = await import('./translation/zh-CN');
    const english = (
      sloTranslationRef as unknown as {
        getDefaultMessages(): Record<string, string>;
      }
    ).getDefaultMessages();
    expect(Object.keys(chinese).sort()).toEqual(Object.keys(english).sort());
    const variables = (text: string) =>
      (text.match(/\{\{\w+\}\}/g) ?? []).sort();
    for (const [key, text] of Object.entries(english)) {
      expect([key, variables(chinese[key as keyof typeof chinese])]).toEqual([
        key,
        variables(text),
      ]);
    }
  });
});

import plugin, { scorecardsApiRef, scorecardsTranslationRef } from '.';
import { scorecardChecksApiRef } from './api';
import { scorecardsAttention } from './attention';
import {
  testChecksApi,
  testGrade,
  testScorecardsApi,
  testWaiver,
} from './testing/scorecards';
import { AttentionBlueprint, AttentionSource } from '@shopfloor/ui';
import {
  createExtensionTester,
  mockApis,
} from '@backstage/frontend-test-utils';

describe('scorecards plugin', () => {
  it('is a feature with a page, a tab, a card and a source of attention', () => {
    expect(plugin.id).toBe('scorecards');
    for (const id of [
      'page:scorecards',
      'entity-content:scorecards',
      'entity-card:scorecards',
      'api:scorecards',
      'api:scorecards/checks',
      'attention:scorecards',
    ]) {
      expect(plugin.getExtension(id as never)).toBeDefined();
    }
  });

  it('tells the home page of own services that fail and of waivers to decide about', async () => {
    const source: AttentionSource = createExtensionTester(
      scorecardsAttention,
    ).get(AttentionBlueprint.dataRefs.source);
    const { t } = mockApis
      .translation()
      .getTranslation(scorecardsTranslationRef) as any;
    const failing = testGrade('orders', ['fail', 'fail', 'fail']);
    const api = testScorecardsApi([], {
      waivers: [testWaiver(), testWaiver({ id: 'mine', may: ['withdraw'] })],
      overrides: {
        listGrades: async ({ state } = {}) =>
          ({
            items:
              state === 'failing'
                ? [failing, testGrade('foreign', ['fail', 'fail', 'fail'])]
                : [],
          }) as never,
      },
    });
    const items = await source.load({
      apis: {
        get: ref =>
          ({
            [scorecardsApiRef.id]: api,
            [scorecardChecksApiRef.id]: testChecksApi(),
          })[ref.id] as any,
      },
      ownershipEntityRefs: ['user:default/a', 'group:default/checkout-team'],
      ownedEntities: [
        {
          apiVersion: 'backstage.io/v1alpha1',
          kind: 'Component',
          metadata: { name: 'orders' },
        },
      ],
      signal: new AbortController().signal,
      translate: async () => t,
    });
    expect(
      items.map(({ state, title, detail }) => [state, title, detail]),
    ).toEqual([
      [
        'failing',
        'orders on Production readiness',
        '0% of what is asked passes, 3 checks fail',
      ],
      [
        'waiting',
        'Waiver of Probes for cart',
        'The probes come with the next release',
      ],
    ]);
  });

  it('has the same words in English and in Chinese', async () => {
    const { default: chinese } = await import('./translation/zh-CN');
    const english = (
      scorecardsTranslationRef as unknown as {
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

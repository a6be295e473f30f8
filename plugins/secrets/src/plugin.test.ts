import {
  createExtensionTester,
  mockApis,
} from '@backstage/frontend-test-utils';
import { AttentionBlueprint, AttentionSource } from '@shopfloor/ui';
import plugin, { secretsApiRef, secretsTranslationRef } from '.';
import { secretsAttention } from './attention';
import {
  testList,
  testRotation,
  testSecretsApi,
  testSummary,
} from './__testUtils__/secrets';

describe('secrets plugin', () => {
  it('is a feature with a page, a tab, a card and a source of attention', () => {
    expect(plugin.id).toBe('secrets');
    for (const id of [
      'page:secrets',
      'entity-content:secrets',
      'entity-card:secrets',
      'api:secrets',
      'attention:secrets',
    ]) {
      expect(plugin.getExtension(id as never)).toBeDefined();
    }
  });

  it('tells the home page what of the own secrets needs somebody, and nothing of others', async () => {
    const source: AttentionSource = createExtensionTester(secretsAttention).get(
      AttentionBlueprint.dataRefs.source,
    );
    const { t } = mockApis
      .translation()
      .getTranslation(secretsTranslationRef) as any;
    const api = testSecretsApi({
      listGrants: jest.fn(async () =>
        testList([
          testSummary({ state: 'expiring' }),
          testSummary({ id: 'g-2', state: 'drifted', owner: 'x:y/z' }),
          testSummary({
            id: 'g-3',
            state: 'failed',
            owner: 'component:default/cart',
            subject: {
              kind: 'person',
              userEntityRef: 'user:default/ada',
              email: 'ada@larkfield.example',
            },
          }),
        ]),
      ),
      listRotations: jest.fn(async () => ({
        items: [
          testRotation({ owner: 'component:default/orders' }),
          testRotation({ id: 'r-2', mayFinish: false }),
        ],
        totalItems: 2,
      })),
    });
    const items = await source.load({
      apis: {
        get: ref => (ref.id === secretsApiRef.id ? api : undefined) as any,
      },
      ownershipEntityRefs: ['user:default/farid', 'group:default/checkout'],
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
    expect(api.listGrants.mock.calls[0][0]?.state).toEqual([
      'expiring',
      'waiting-authorisation',
      'failed',
      'drifted',
    ]);
    expect(items.map(({ state, title, href }) => [state, title, href])).toEqual(
      [
        ['at-risk', 'Access to provider-key ends', '/secrets/grants/g-1'],
        [
          'failing',
          'Access to provider-key was changed by hand',
          '/secrets/grants/g-2',
        ],
        [
          'at-risk',
          'provider-key of orders needs a new value',
          '/secrets?tab=rotations',
        ],
        ['waiting', 'Access review "Autumn"', '/secrets/reviews/c-1'],
      ],
    );
  });

  it('has the same words in English and in Chinese', async () => {
    const { default: chinese } = await import('./translation/zh-CN');
    const english = (
      secretsTranslationRef as unknown as {
        getDefaultMessages(): Record<string, string>;
      }
    ).getDefaultMessages();
    expect(Object.keys(chinese).sort()).toEqual(Object.keys(english).sort());
    const variables = (words: string) =>
      (words.match(/\{\{\w+\}\}/g) ?? []).sort();
    for (const [key, words] of Object.entries(english)) {
      expect([key, variables(chinese[key as keyof typeof chinese])]).toEqual([
        key,
        variables(words),
      ]);
    }
  });
});

import {
  createExtensionTester,
  mockApis,
} from '@backstage/frontend-test-utils';
import { AttentionBlueprint, AttentionSource } from '@shopfloor/ui';
import plugin, { approvalsApiRef, approvalsTranslationRef } from '.';
import { approvalsAttention } from './attention';
import { testApprovalsApi, testList, testSummary } from './testing/approvals';

describe('approvals plugin', () => {
  it('is a feature with a page, a card and a source of attention', () => {
    expect(plugin.id).toBe('approvals');
    for (const id of [
      'page:approvals',
      'entity-card:approvals',
      'api:approvals',
      'attention:approvals',
    ]) {
      expect(plugin.getExtension(id as never)).toBeDefined();
    }
  });

  it('tells the home page what waits for a decision or a review', async () => {
    const source: AttentionSource = createExtensionTester(
      approvalsAttention,
    ).get(AttentionBlueprint.dataRefs.source);
    const { t } = mockApis
      .translation()
      .getTranslation(approvalsTranslationRef) as any;
    const api = testApprovalsApi(undefined, {
      listRequests: jest.fn(async () =>
        testList([
          testSummary(),
          testSummary({ id: 'glass', state: 'break-glass' }),
        ]),
      ),
    });
    const items = await source.load({
      apis: {
        get: ref => (ref.id === approvalsApiRef.id ? api : undefined) as any,
      },
      ownershipEntityRefs: [],
      ownedEntities: [],
      signal: new AbortController().signal,
      translate: async () => t,
    });
    expect(api.listRequests.mock.calls[0][0]).toMatchObject({
      view: 'waiting-for-me',
    });
    expect(
      items.map(({ state, title, detail, href }) => [
        state,
        title,
        detail,
        href,
      ]),
    ).toEqual([
      [
        'waiting',
        'Send 60 % to v2',
        'rita asks for your decision: v2 keeps its promise',
        `/approvals/${testSummary().id}`,
      ],
      [
        'at-risk',
        'Send 60 % to v2',
        'Goes ahead by a broken glass; your review is asked for',
        '/approvals/glass',
      ],
    ]);
  });

  it('has the same words in English and in Chinese', async () => {
    const { default: chinese } = await import('./translation/zh-CN');
    const english = (
      approvalsTranslationRef as unknown as {
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

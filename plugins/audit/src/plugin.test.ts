import plugin, { auditTranslationRef } from '.';

describe('the audit plugin', () => {
  it('is a feature with a page, a tab and a card of changes', () => {
    expect(plugin.id).toBe('audit');
    for (const id of [
      'page:audit/changes',
      'page:audit',
      'api:audit/trail',
      'entity-content:audit/changes',
      'entity-card:audit/changes',
      'api:audit/changes',
    ]) {
      expect(plugin.getExtension(id as never)).toBeDefined();
    }
  });

  it('has the same words in English and in Chinese', async () => {
    const { default: chinese } = await import('./translation/zh-CN');
    // The ref keeps its messages to itself; the app reads them in the same way.
    const english = (
      auditTranslationRef as unknown as {
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

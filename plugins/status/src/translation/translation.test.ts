import { statusTranslationRef } from './translation';
import zh from './zh-CN';

const english = (
  statusTranslationRef as unknown as {
    getDefaultMessages(): Record<string, string>;
  }
).getDefaultMessages();

describe('the words of the status page', () => {
  it('are complete in Simplified Chinese, with their placeholders', () => {
    const placeholders = (text: string) =>
      (text.match(/{{\w+}}/g) ?? []).sort().join();
    expect(Object.keys(zh).sort()).toEqual(Object.keys(english).sort());
    for (const [key, text] of Object.entries(zh)) {
      expect([key, placeholders(text)]).toEqual([
        key,
        placeholders(english[key]),
      ]);
    }
  });
});

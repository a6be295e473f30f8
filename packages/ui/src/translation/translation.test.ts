import zh from './zh-CN';
import { uiTranslationRef } from './translation';

// The ref keeps its messages to itself; the app reads them in the same way to complete the core plugins.
const english = (
  uiTranslationRef as unknown as { getDefaultMessages(): object }
).getDefaultMessages();

describe('the shared words', () => {
  it('are complete in Simplified Chinese', () => {
    expect(Object.keys(zh).sort()).toEqual(Object.keys(english).sort());
  });

  it('keep their placeholders', () => {
    const placeholders = (text: string) =>
      (text.match(/{{\w+}}/g) ?? []).sort().join();
    const broken = Object.entries(english)
      .filter(
        ([key, text]) =>
          placeholders(text) !== placeholders((zh as any)[key] ?? ''),
      )
      .map(([key]) => key);
    expect(broken).toEqual([]);
  });
});

import { trafficTranslationRef } from './translation';
import zh from './zh-CN';

// The ref keeps its messages to itself; the app reads them in the same way to complete the core plugins.
const english: Record<string, string> = (
  trafficTranslationRef as unknown as {
    getDefaultMessages(): Record<string, string>;
  }
).getDefaultMessages();
const chinese: Record<string, string> = zh;

describe('the words of the traffic pages', () => {
  it('are complete in Simplified Chinese', () => {
    expect(Object.keys(chinese).sort()).toEqual(Object.keys(english).sort());
  });

  it('keep their placeholders', () => {
    const placeholders = (text: string) =>
      (text.match(/{{\w+}}/g) ?? []).sort().join();
    const broken = Object.keys(english).filter(
      key => placeholders(english[key]) !== placeholders(chinese[key]),
    );
    expect(broken).toEqual([]);
  });
});

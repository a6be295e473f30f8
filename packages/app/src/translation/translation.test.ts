import { appTranslationRef } from './translation';
import zh from './zh-CN';
import { english as tabWords } from '../modules/entity/english';

const english = (
  appTranslationRef as unknown as {
    getDefaultMessages(): Record<string, string>;
  }
).getDefaultMessages();

describe('the words of the app', () => {
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

  it('are the same for the tabs of an entity, which are read before the translations are', () => {
    expect(english).toMatchObject(tabWords);
  });
});

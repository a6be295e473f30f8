import { preferredLanguage } from '.';

describe('the language to start with', () => {
  it.each([
    [['zh-CN', 'en'], 'zh-CN'],
    [['zh-TW'], 'zh-CN'],
    [['en-GB', 'zh-CN'], 'en'],
    [['de-DE', 'zh-Hans-CN', 'en'], 'zh-CN'],
    [['de-DE'], 'en'],
    [[], 'en'],
  ])('is for %j %p', (preferences, language) => {
    expect(preferredLanguage(preferences)).toBe(language);
  });
});

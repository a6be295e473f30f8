import { chooseLanguage } from './chooseLanguage.ts';

describe('chooseLanguage', () => {
  it.each([
    [undefined, 'en'],
    ['', 'en'],
    ['zh', 'zh'],
    ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
    ['en-GB,zh;q=0.9', 'en'],
    ['de,zh;q=0.5', 'zh'],
    ['de,fr', 'en'],
    ['zh;q=0, en;q=0.1', 'en'],
    ['*;q=0.5, zh;q=0.7', 'zh'],
    ['ZH-Hans', 'zh'],
    [';;,,q=', 'en'],
  ])('takes %p as %s', (header, language) => {
    expect(chooseLanguage(header)).toBe(language);
  });
});

import { chooseDocuments, documentId } from './productDocuments.ts';

describe('chooseDocuments', () => {
  const care = { kind: 'care-instructions', language: 'en' } as const;
  const pflege = { kind: 'care-instructions', language: 'zh' } as const;
  const story = { kind: 'story', language: 'zh' } as const;

  it.each([
    ['the language asked for', 'zh', [care, pflege, story], [pflege, story]],
    [
      'the other where there is none',
      'en',
      [story, pflege, care],
      [care, story],
    ],
    ['nothing of nothing', 'en', [], []],
  ] as const)('takes %s', (_what, language, documents, chosen) => {
    expect(chooseDocuments(documents, language)).toEqual(chosen);
  });

  it('has one id for one place', () => {
    expect(documentId({ productId: 'p', kind: 'story', language: 'zh' })).toBe(
      'p.story.zh',
    );
  });
});

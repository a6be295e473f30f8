import fc from 'fast-check';
import { analyse, bigrams, hanTerms } from './analyse.ts';
import { editDistance, forgivenSlips, nearestWords } from './editDistance.ts';
import { relaxedQuery, wordUnits } from './postgres/textUnits.ts';

describe('editDistance', () => {
  it.each([
    ['teapot', 'teapot', 0],
    ['teapot', 'taepot', 1],
    ['teapot', 'teapt', 1],
    ['teapot', 'teappot', 1],
    ['teapot', 'teepod', 2],
    ['kitten', 'sitting', 3],
    ['', 'abc', 3],
  ])('of %s and %s is %p', (a, b, distance) => {
    expect(editDistance(a, b, 9)).toBe(distance);
    expect(editDistance(a, b, distance)).toBe(distance);
  });

  it('is the same both ways, nothing for the same word, and bounded', () => {
    const word = fc.string({ maxLength: 12 });
    fc.assert(
      fc.property(word, word, fc.nat(4), (a, b, limit) => {
        expect(editDistance(a, a, limit)).toBe(0);
        const distance = editDistance(a, b, limit);
        expect(editDistance(b, a, limit)).toBe(distance);
        expect(distance).toBeLessThanOrEqual(limit + 1);
        expect(distance === 0).toBe(a === b);
      }),
    );
  });
});

describe('nearestWords', () => {
  it('takes unfinished words before misspelt ones, and no others', () => {
    expect(
      nearestWords('note', ['notebook', 'not', 'nose', 'vote', 'kettle']),
    ).toEqual(['notebook', 'nose', 'not', 'vote']);
  });

  it.each([
    ['ab', 0],
    ['tea', 1],
    ['board', 1],
    ['teapot', 2],
  ])('forgives in %s %p slips', (word, slips) => {
    expect(forgivenSlips(word)).toBe(slips);
  });
});

describe('analyse', () => {
  it.each([
    ['Oak  chopping-board!', ['oak', 'chopping', 'board'], []],
    ['Ｃafé 茶壶2号', ['cafe', '2'], ['茶壶', '号']],
    ['  ', [], []],
    ['oak OAK', ['oak'], []],
  ])('takes %p apart', (text, words, runs) => {
    expect(analyse(text)).toEqual({ words, runs });
  });

  it('finds in what was indexed every part that may be asked for', () => {
    const han = fc
      .array(fc.constantFrom(...'橡木砧板茶壶笔记本'), {
        minLength: 1,
        maxLength: 12,
      })
      .map(characters => characters.join(''));
    fc.assert(
      fc.property(han, fc.nat(), fc.nat(), (text, from, length) => {
        const start = from % text.length;
        const part = text.slice(start, start + 1 + (length % text.length));
        const terms = hanTerms(text);
        for (const pair of bigrams(part)) {
          expect(terms).toContain(pair);
        }
      }),
    );
  });
});

describe('wordUnits', () => {
  const known = (word: string, lexemes = [word]) => ({
    word,
    lexemes,
    known: true,
    near: [],
  });
  const unknown = (word: string, near: string[]) => ({
    word,
    lexemes: [word],
    known: false,
    near,
  });

  it('passes over stop words and what nothing is like, beside others', () => {
    expect(
      wordUnits([
        known('the', []),
        known('boards', ['board']),
        unknown('zzzz', ['oak']),
      ]),
    ).toEqual({ units: [`('board' | 'boards')`], hopeless: false });
  });

  it('is hopeless when nothing is like any word', () => {
    expect(wordUnits([unknown('zzzz', ['oak'])])).toEqual({
      units: [],
      hopeless: true,
    });
    expect(wordUnits([])).toEqual({ units: [], hopeless: false });
  });

  it('relaxes by one unit', () => {
    expect(relaxedQuery(['a', 'b', 'c'])).toBe('(b & c) | (a & c) | (a & b)');
    expect(relaxedQuery(['a'])).toBeUndefined();
  });
});

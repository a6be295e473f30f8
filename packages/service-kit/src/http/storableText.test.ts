import fc from 'fast-check';
import { findUnstorableText, isStorableText } from './storableText.ts';

describe('isStorableText', () => {
  it.each([
    ['', true],
    ['Räucherlachs 三文鱼 🐟', true],
    ['a\nb\u001f\uffff', true],
    ['a\u0000b', false],
    ['\ud83d', false],
    ['\udc1f\ud83d', false],
  ])('takes %j: %p', (text, storable) => {
    expect(isStorableText(text)).toBe(storable);
  });
});

describe('findUnstorableText', () => {
  it.each([
    ['a\u0000', ''],
    [{ a: [{ 'b/c~d': '\u0000' }] }, '/a/0/b~1c~0d'],
    [{ a: { 'x\u0000': 1 } }, '/a/x\u0000'],
    [[1, undefined, null, true, 'ok', ['\udfff']], '/5/0'],
    [{ a: 'ok', b: ['ok'] }, undefined],
    [Buffer.from([0]), undefined],
    [undefined, undefined],
    [null, undefined],
  ])('finds in %j: %j', (value, pointer) => {
    expect(findUnstorableText(value)).toBe(pointer);
  });

  it('finds one wherever it is, and none where all is well', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        const text = JSON.stringify(value);
        expect(findUnstorableText(value)).toBe(undefined);
        for (const spoilt of [
          { deep: [value, { deeper: ['\u0000'] }] },
          { deep: [value, { deeper: ['\ud800'] }] },
        ]) {
          expect(findUnstorableText(spoilt)).toBe('/deep/1/deeper/0');
        }
        expect(JSON.stringify(value)).toBe(text);
      }),
    );
  });

  it('is not ended by nesting', () => {
    let value: unknown = '\u0000';
    for (let depth = 0; depth < 100_000; depth += 1) value = [value];
    expect(findUnstorableText(value)).toHaveLength(200_000);
  });
});

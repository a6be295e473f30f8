import fc from 'fast-check';
import { linesOf } from './lines';

describe('linesOf', () => {
  it('shows a new policy as added, line by line', () => {
    expect(linesOf('', 'path "a" {\n}\n')).toEqual([
      { text: 'path "a" {', change: 'added' },
      { text: '}', change: 'added' },
    ]);
  });

  it('shows only what differs as changed', () => {
    expect(linesOf('a\nttl = "1h"\nb\n', 'a\nttl = "2h"\nb\n')).toEqual([
      { text: 'a' },
      { text: 'ttl = "1h"', change: 'removed' },
      { text: 'ttl = "2h"', change: 'added' },
      { text: 'b' },
    ]);
  });

  it('leaves no line of either text out', () => {
    const text = fc
      .array(fc.stringMatching(/^[a-c]{1,3}$/), { minLength: 1, maxLength: 8 })
      .map(lines => `${lines.join('\n')}\n`);
    fc.assert(
      fc.property(text, text, (before, after) => {
        const lines = linesOf(before, after);
        const side = (not: string) =>
          lines
            .filter(({ change }) => change !== not)
            .map(line => `${line.text}\n`)
            .join('');
        expect(side('added')).toBe(before);
        expect(side('removed')).toBe(after);
      }),
    );
  });
});

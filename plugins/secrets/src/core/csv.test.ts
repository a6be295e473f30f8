import fc from 'fast-check';
import { toCsv } from './csv';

/** Reads RFC 4180 back, written apart from what it tests. */
function parse(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let field = '';
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (quoted) {
      if (char === '"' && text[at + 1] === '"') {
        field += '"';
        at += 1;
      } else if (char === '"') {
        quoted = false;
      } else {
        field += char;
      }
    } else if (char === '"') {
      quoted = true;
    } else if (char === ',') {
      row.push(field);
      field = '';
    } else if (char === '\r' && text[at + 1] === '\n') {
      rows.push([...row, field]);
      row = [];
      field = '';
      at += 1;
    } else {
      field += char;
    }
  }
  return rows;
}

describe('toCsv', () => {
  it('quotes what has to be quoted, and disarms formulas', () => {
    expect(
      toCsv([
        ['service', 'reason'],
        ['payments', 'the "new" one, now'],
        ['cart', '=HYPERLINK("x")'],
        ['orders', '-1'],
      ]),
    ).toBe(
      'service,reason\r\n' +
        'payments,"the ""new"" one, now"\r\n' +
        'cart,"\'=HYPERLINK(""x"")"\r\n' +
        "orders,'-1\r\n",
    );
  });

  it('is read back as it was, but for the apostrophe before a formula', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.string(), { minLength: 1, maxLength: 4 }), {
          minLength: 1,
        }),
        rows => {
          const back = parse(toCsv(rows));
          expect(back).toEqual(
            rows.map(row =>
              row.map(value =>
                /^[=+\-@\t\r]/.test(value) ? `'${value}` : value,
              ),
            ),
          );
          expect(back.flat().some(value => /^[=+\-@\t\r]/.test(value))).toBe(
            false,
          );
        },
      ),
    );
  });
});

/** What a spreadsheet would take for a formula when a cell begins with it. */
const FORMULA = /^[=+\-@\t\r]/;

function cell(value: string): string {
  const safe = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/**
 * Rows as RFC 4180 text, with a line end after every row. A cell that a spreadsheet would run as a formula gets an apostrophe
 * before it: reasons and paths are written by people.
 */
export function toCsv(rows: ReadonlyArray<readonly string[]>): string {
  return rows.map(row => `${row.map(cell).join(',')}\r\n`).join('');
}

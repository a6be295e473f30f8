import { Act } from '@shopfloor/plugin-audit-common';

const COLUMNS = [
  'at',
  'stream',
  'sequence',
  'actor',
  'action',
  'entityRef',
  'environment',
  'outcome',
  'endedAt',
  'reason',
  'error',
  'actId',
] as const;

/** Acts as CSV (RFC 4180) with a header, and without what a spreadsheet would run as a formula. */
export function actsAsCsv(acts: Act[]): string {
  return [COLUMNS.join(',')]
    .concat(
      acts.map(act => {
        const row: Record<string, unknown> = {
          ...act,
          endedAt: act.result?.at,
          error: act.result?.error,
        };
        return COLUMNS.map(column => cell(row[column])).join(',');
      }),
    )
    .map(line => `${line}\r\n`)
    .join('');
}

function cell(value: unknown): string {
  const text = value === undefined ? '' : String(value);
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

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
  'approvalId',
  'changeId',
  'traceId',
  'before',
  'after',
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
          approvalId: act.approvalId ?? act.result?.details?.approvalId,
          before: json(act.before),
          after: json(act.result?.after),
        };
        return COLUMNS.map(column => cell(row[column])).join(',');
      }),
    )
    .map(line => `${line}\r\n`)
    .join('');
}

function json(value: unknown): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value);
}

function cell(value: unknown): string {
  const text = value === undefined ? '' : String(value);
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

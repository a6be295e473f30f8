import { AttentionItem, compareStates } from '@shopfloor/ui';

/** What one source found, or why it could not look. */
export interface SourceReport {
  id: string;
  title?: string;
  items?: AttentionItem[];
  error?: Error;
  /** Milliseconds since the epoch. */
  lookedAt?: number;
}

/** What the home page says about all sources. */
export interface AttentionSummary {
  /** Most urgent first; oldest first among equals. */
  items: AttentionItem[];
  failures: SourceReport[];
  /** Some source has neither answered nor failed yet. */
  pending: boolean;
  /** When the source that looked longest ago did, in milliseconds since the epoch. */
  lookedAt?: number;
}

/** Puts what the sources found together. A source that failed is told, and keeps what it found before. */
export function summarizeAttention(
  reports: readonly SourceReport[],
): AttentionSummary {
  const items = reports
    .flatMap(report =>
      (report.items ?? []).map(item => ({
        ...item,
        id: `${report.id}/${item.id}`,
      })),
    )
    .filter(item => item.state !== 'ok')
    .sort(
      (a, b) =>
        compareStates(a.state, b.state) ||
        (a.since ?? '').localeCompare(b.since ?? ''),
    );
  const looked = reports.flatMap(report => report.lookedAt ?? []);
  return {
    items,
    failures: reports.filter(report => report.error),
    pending: reports.some(report => !report.items && !report.error),
    lookedAt: looked.length ? Math.min(...looked) : undefined,
  };
}

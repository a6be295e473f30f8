import { excludedSpans, TimeSpan } from '@shopfloor/plugin-slo-common';
import { StoredSlo } from './SloStore';

/** A past stretch that does not count since it was approved, unix seconds; `to` is not part of it. */
export interface ExcludedStretch {
  id: string;
  from: number;
  to: number;
}

/** What of the past is excluded of an SLO. */
export function excludedStretches({
  maintenance,
}: Pick<StoredSlo, 'maintenance'>): ExcludedStretch[] {
  return maintenance.flatMap(({ window, exclusionId }) =>
    exclusionId !== undefined && window.kind === 'once'
      ? { id: exclusionId, from: window.fromSeconds, to: window.toSeconds }
      : [],
  );
}

/** The spans within a span that were recorded and must not count, since that was approved afterwards. */
export function excludedWithin(
  slo: Pick<StoredSlo, 'maintenance'>,
  span: TimeSpan,
): TimeSpan[] {
  return excludedSpans(excludedStretches(slo)).filter(
    gap => gap.from < span.to && gap.to > span.from,
  );
}

/** True when the last measurement left out just what is excluded now. */
export function countedAsNow(slo: StoredSlo): boolean {
  const counted = slo.measurement?.exclusions ?? [];
  const excluded = excludedStretches(slo);
  return (
    counted.length === excluded.length &&
    excluded.every(({ id }) => counted.includes(id))
  );
}

/** The SLO as if everything that was excluded counted. */
export function withoutExclusions(slo: StoredSlo): StoredSlo {
  return {
    ...slo,
    maintenance: slo.maintenance.filter(
      ({ exclusionId }) => exclusionId === undefined,
    ),
  };
}

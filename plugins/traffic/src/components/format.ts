import { TranslationFunction } from '@backstage/frontend-plugin-api';
import { ShareChange } from '@shopfloor/plugin-traffic-common';
import { Formatters } from '@shopfloor/ui';
import { trafficTranslationRef } from '../translation/translation';

/** `t` of the traffic pages. */
export type TrafficWords = TranslationFunction<typeof trafficTranslationRef.T>;

/** "v1 100 % → 90 %, v2 0 % → 10 %" */
export function changeInWords(
  shares: ShareChange[],
  t: TrafficWords,
  format: Formatters,
): string {
  return shares
    .map(({ subset, from, to }) =>
      t('history.change', {
        subset,
        from: format.percent(from),
        to: format.percent(to),
      }),
    )
    .join(t('answer.and'));
}

/** The version that gains most: the one that the confirm button names. */
export function gainer(shares: ShareChange[]): ShareChange | undefined {
  return [...shares].sort((a, b) => b.to - b.from - (a.to - a.from))[0];
}

import { useMemo } from 'react';
import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import { SloEvent, SloEvents } from '@shopfloor/plugin-slo-common';
import { ChartAnnotation, Polled, usePolled } from '@shopfloor/ui';
import { SloWords } from '../answer';
import { sloAnalysisApiRef } from '../api';
import { sloTranslationRef } from '../translation/translation';
import { useTimeRange } from './TimeRange';

const CHANGE_KINDS = [
  'deployment',
  'traffic',
  'secret-grant',
  'configuration',
  'template-run',
] as const;

/** What something on the time axis is, in one or two words. */
export function eventInWords(event: SloEvent, t: SloWords): string {
  if (event.kind === 'incident') {
    return t('events.kind.incident');
  }
  const kind = CHANGE_KINDS.find(each => each === event.changeKind);
  return kind ? t(`events.kind.${kind}`) : t('events.kind.other');
}

/** What happened in the time range of the page, and the same as marks on its charts. */
export function useEvents(
  id: string,
  objective: number,
): Polled<SloEvents> & { annotations: ChartAnnotation[] } {
  const { t } = useTranslationRef(sloTranslationRef);
  const api = useApi(sloAnalysisApiRef);
  const { choice, key, past } = useTimeRange();
  const polled = usePolled(
    `${id} ${objective} ${key}`,
    signal => api.events({ id, objective, ...choice }, { signal }),
    { once: past },
  );
  const { value } = polled;
  const annotations = useMemo(
    () =>
      value
        ? [
            // Numbers of the list below the charts: words of several at once would lie on each other.
            ...value.events.map((event, index) => ({
              at: Date.parse(event.at),
              label: String(index + 1),
            })),
            ...value.maintenance.flatMap(({ from, to }) => [
              { at: Date.parse(from), label: t('events.maintenanceFrom') },
              { at: Date.parse(to), label: t('events.maintenanceTo') },
            ]),
          ]
        : [],
    [value, t],
  );
  return { ...polled, annotations };
}

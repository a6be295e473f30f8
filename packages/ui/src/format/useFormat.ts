import { useEffect, useMemo, useState } from 'react';
import {
  appLanguageApiRef,
  useApiHolder,
} from '@backstage/frontend-plugin-api';
import {
  formatDuration,
  formatMoment,
  formatNumber,
  formatPercent,
  formatRelative,
} from './format';

/** The locale of the reader: the browser's regional variant when it speaks the language that is chosen in the portal. */
export function useLocale(): string {
  const api = useApiHolder().get(appLanguageApiRef);
  const [language, setLanguage] = useState(
    () => api?.getLanguage().language ?? 'en',
  );
  useEffect(() => {
    const subscription = api
      ?.language$()
      .subscribe(event => setLanguage(event.language));
    return () => subscription?.unsubscribe();
  }, [api]);
  const regional = globalThis.navigator?.language;
  return regional?.startsWith(`${language}-`) ? regional : language;
}

/** The formatting functions, bound to the locale of the reader. */
export interface Formatters {
  locale: string;
  number(value: number | undefined, options?: Intl.NumberFormatOptions): string;
  /** Takes a ratio: 0.5 is 50 %. */
  percent(ratio: number | undefined): string;
  duration(milliseconds: number | undefined): string;
  relative(at: Date | string | number, now: Date | number): string;
  moment(at: Date | string | number): string;
}

/** Formats numbers, shares, durations and moments for the reader. */
export function useFormat(): Formatters {
  const locale = useLocale();
  return useMemo(
    () => ({
      locale,
      number: (value, options) => formatNumber(value, locale, options),
      percent: ratio => formatPercent(ratio, locale),
      duration: milliseconds => formatDuration(milliseconds, locale),
      relative: (at, now) => formatRelative(at, now, locale),
      moment: at => formatMoment(at, locale),
    }),
    [locale],
  );
}

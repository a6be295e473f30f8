/** What is shown when there is no value. */
export const NO_VALUE = '–';

function isNumber(value: number | undefined): value is number {
  return value !== undefined && Number.isFinite(value);
}

/** A number with at most three significant digits (whole numbers below 1,000 as they are), in the reader's locale. */
export function formatNumber(
  value: number | undefined,
  locale: string,
  options: Intl.NumberFormatOptions = {},
): string {
  if (!isNumber(value)) {
    return NO_VALUE;
  }
  return new Intl.NumberFormat(locale, {
    maximumSignificantDigits: 3,
    ...(Math.abs(value) >= 10_000 ? { notation: 'compact' } : {}),
    ...options,
  }).format(value);
}

/**
 * A ratio (0.995) as a percentage ("99.5 %"). Near 100 % three digits would hide what matters, so a ratio above 0.99 keeps
 * as many as its distance to 1 needs: 0.99954 is "99.954 %", never "100 %".
 */
export function formatPercent(
  ratio: number | undefined,
  locale: string,
): string {
  if (!isNumber(ratio)) {
    return NO_VALUE;
  }
  const distance = Math.abs(1 - ratio);
  const nearOne = ratio > 0.99 && ratio < 1;
  const fraction = nearOne
    ? Math.min(6, Math.max(1, Math.ceil(-Math.log10(distance)) - 1))
    : undefined;
  return new Intl.NumberFormat(locale, {
    style: 'percent',
    ...(fraction === undefined
      ? { maximumSignificantDigits: 3 }
      : { maximumFractionDigits: fraction, roundingMode: 'trunc' }),
  } as Intl.NumberFormatOptions).format(ratio);
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

function part(value: number, unit: string, locale: string, digits = 3): string {
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit,
    unitDisplay: unit === 'day' ? 'long' : 'short',
    maximumSignificantDigits: digits,
  }).format(value);
}

/** A duration in milliseconds, in words: "250 ms", "4 min", "1 hr 32 min", "19 days". */
export function formatDuration(
  milliseconds: number | undefined,
  locale: string,
): string {
  if (!isNumber(milliseconds)) {
    return NO_VALUE;
  }
  const size = Math.abs(milliseconds);
  if (size < SECOND) {
    return part(milliseconds, 'millisecond', locale);
  }
  if (size < MINUTE) {
    return part(milliseconds / SECOND, 'second', locale);
  }
  if (size < HOUR) {
    return part(Math.round(milliseconds / MINUTE), 'minute', locale);
  }
  if (size < 2 * DAY) {
    const minutes = Math.round(size / MINUTE);
    const sign = milliseconds < 0 ? -1 : 1;
    const hours = part(sign * Math.floor(minutes / 60), 'hour', locale);
    return minutes % 60 === 0
      ? hours
      : `${hours} ${part(minutes % 60, 'minute', locale)}`;
  }
  return part(Math.round(milliseconds / DAY), 'day', locale);
}

/** When something was or will be, seen from now: "4 seconds ago", "in 3 days". */
export function formatRelative(
  at: Date | string | number,
  now: Date | number,
  locale: string,
): string {
  const difference = new Date(at).getTime() - new Date(now).getTime();
  if (!Number.isFinite(difference)) {
    return NO_VALUE;
  }
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const size = Math.abs(difference);
  if (size < MINUTE) {
    return format.format(Math.round(difference / SECOND), 'second');
  }
  if (size < HOUR) {
    return format.format(Math.round(difference / MINUTE), 'minute');
  }
  if (size < DAY) {
    return format.format(Math.round(difference / HOUR), 'hour');
  }
  return format.format(Math.round(difference / DAY), 'day');
}

/** A moment, whole: date, time and zone. */
export function formatMoment(
  at: Date | string | number,
  locale: string,
): string {
  const date = new Date(at);
  return Number.isFinite(date.getTime())
    ? new Intl.DateTimeFormat(locale, {
        dateStyle: 'medium',
        timeStyle: 'long',
      }).format(date)
    : NO_VALUE;
}

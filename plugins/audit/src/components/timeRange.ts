/** Times that can be chosen, by their length in days up to now. */
export const RANGES = { '1d': 1, '7d': 7, '30d': 30, all: undefined } as const;

/** One of {@link RANGES}, or a beginning and an end of one's own. */
export type Range = keyof typeof RANGES | 'custom';

/** Every {@link Range}, in the order of the menu. */
export const RANGE_CHOICES = [...(Object.keys(RANGES) as Range[]), 'custom'];

/** The time as it stands in the URL: `from` and `to` only of a custom range. */
export interface TimeValues {
  range: string;
  from: string | undefined;
  to: string | undefined;
}

/** The time that is asked for. ISO 8601; at least one of `from` and `to` is there when it is custom, and absent otherwise. */
export interface TimeRange {
  range: Range;
  from?: string;
  to?: string;
}

/** Where nothing else is said. */
export const DEFAULT_TIME: TimeValues = {
  range: '7d',
  from: undefined,
  to: undefined,
};

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** With a zone, so that it is the same moment for everybody to whom the URL is sent. */
const ISO =
  /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/;

/** What the URL says of the time; what it says wrongly is as if it said nothing. */
export function readTime(values: TimeValues): TimeRange {
  const { range } = values;
  if (range !== 'custom') {
    return {
      range:
        (Object.keys(RANGES) as Range[]).find(each => each === range) ?? '7d',
    };
  }
  const [from, to] = [moment(values.from), moment(values.to)];
  return (from || to) && !isBackwards(from, to)
    ? { range: 'custom', ...(from && { from }), ...(to && { to }) }
    : { range: '7d' };
}

/** What is asked of the server. The beginning of a length is to the minute, so that it is the same question for a while. */
export function askedTime(
  time: TimeRange,
  now: number,
): { from?: string; to?: string } {
  const { range, from, to } = time;
  if (range === 'custom') {
    return { ...(from && { from }), ...(to && { to }) };
  }
  const days = RANGES[range];
  return days === undefined ? {} : { from: toMinute(now - days * DAY_MS) };
}

/** The same time as a beginning and an end of one's own, to begin to change it from. */
export function asCustom(time: TimeRange, now: number): TimeValues {
  const { from, to } = askedTime(time, now);
  return { range: 'custom', from, to: to ?? toMinute(now + MINUTE_MS) };
}

/** A beginning and an end as they stand in the URL; without either it is all time. */
export function customTime(
  from: string | undefined,
  to: string | undefined,
): TimeValues {
  return { range: from || to ? 'custom' : 'all', from, to };
}

/** Whether there can be nothing in between. */
export function isBackwards(
  from: string | undefined,
  to: string | undefined,
): boolean {
  return Boolean(from && to && Date.parse(from) >= Date.parse(to));
}

/** A moment as a field of date and time has it: in the zone of the browser, to the minute; empty when there is none. */
export function toField(at: string | undefined): string {
  if (!at) {
    return '';
  }
  const date = new Date(at);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** What was filled into such a field; `undefined` while it is empty or not whole. */
export function fromField(text: string): string | undefined {
  const at = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(text)
    ? new Date(text).getTime()
    : NaN;
  return Number.isFinite(at) ? new Date(at).toISOString() : undefined;
}

function moment(text: string | undefined): string | undefined {
  const at = text !== undefined && ISO.test(text) ? Date.parse(text) : NaN;
  return Number.isFinite(at) ? new Date(at).toISOString() : undefined;
}

function toMinute(at: number): string {
  return new Date(Math.floor(at / MINUTE_MS) * MINUTE_MS).toISOString();
}

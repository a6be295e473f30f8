import type { DeliveryEstimate } from './types.ts';

const DAY_MS = 86_400_000;

/** The working day that lies `days` working days after a day; Saturday and Sunday do not count. */
export function addWorkingDays(day: Date, days: number): Date {
  let at = Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), day.getUTCDate());
  let left = days;
  while (left > 0) {
    at += DAY_MS;
    const weekday = new Date(at).getUTCDay();
    if (weekday !== 0 && weekday !== 6) {
      left -= 1;
    }
  }
  return new Date(at);
}

function isoDate(day: Date): string {
  return day.toISOString().slice(0, 10);
}

/** When a shipment made at `from` arrives. Public holidays are not known here: an estimate is no promise. */
export function estimateDelivery(options: {
  from: Date;
  minDays: number;
  maxDays: number;
}): DeliveryEstimate {
  return {
    from: isoDate(addWorkingDays(options.from, options.minDays)),
    to: isoDate(addWorkingDays(options.from, options.maxDays)),
  };
}

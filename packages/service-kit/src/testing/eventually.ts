import { setTimeout as delay } from 'node:timers/promises';
import { inspect } from 'node:util';

/** Options of {@link eventually} and {@link until}. */
export interface WaitOptions {
  /** What is waited for, for the message when it does not come. */
  what?: string;
  /** Default 30,000. */
  timeoutMs?: number;
  /** Wait between two looks. Default 5. */
  intervalMs?: number;
}

/**
 * Reads again and again until what is read fits.
 *
 * @returns what fits
 * @throws Error with what was read last, when it never did
 */
export async function eventually<T>(
  read: () => T | Promise<T>,
  fits: (value: T) => unknown,
  options: WaitOptions = {},
): Promise<T> {
  const { what = 'it', timeoutMs = 30_000, intervalMs = 5 } = options;
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const value = await read();
    if (fits(value)) {
      return value;
    }
    if (performance.now() > deadline) {
      throw new Error(
        `Waited ${timeoutMs} ms for ${what}; last was ${inspect(value, { breakLength: Infinity })}`,
      );
    }
    await delay(intervalMs);
  }
}

/** Waits until a look finds something that is not false, zero, empty or undefined. @returns it */
export function until<T>(
  look: () => T | Promise<T>,
  options: WaitOptions = {},
): Promise<Exclude<T, false | undefined>> {
  return eventually(look, Boolean, options) as Promise<
    Exclude<T, false | undefined>
  >;
}

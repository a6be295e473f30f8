import { join } from 'node:path';

/** Variables that let a program's clock be off by so many milliseconds. */
export function shiftedClock(offsetMs: number): Record<string, string> {
  return {
    NODE_OPTIONS: `--require ${join(import.meta.dirname, '../../preload/shiftClock.cjs')}`,
    DRILL_CLOCK_OFFSET_MS: String(offsetMs),
  };
}

const FIRST_SECONDS = 2;
const LONGEST_SECONDS = 900;

/** Seconds until an export asks a service again after some failed attempts: 2, 4, 8 … at most 15 minutes. */
export function backoffSeconds(attempts: number): number {
  return Math.min(
    LONGEST_SECONDS,
    FIRST_SECONDS * 2 ** Math.max(0, attempts - 1),
  );
}

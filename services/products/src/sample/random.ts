import { hash } from 'node:crypto';

/** A source of numbers in [0, 1). */
export type Random = () => number;

/**
 * Mulberry32 by Tommy Ettinger (public domain): the same seed gives the same
 * numbers on every machine. For sample data only; it is guessable.
 */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A whole number from min to max, both included. */
export function between(random: Random, min: number, max: number): number {
  return min + Math.floor(random() * (max - min + 1));
}

/** Fisher-Yates, into a new array. */
export function shuffled<T>(random: Random, items: readonly T[]): T[] {
  const result = [...items];
  for (let i = result.length - 1; i > 0; i -= 1) {
    const j = between(random, 0, i);
    [result[i], result[j]] = [result[j], result[i]];
  }
  return result;
}

/** The id of a sample by its name: a UUID of version 8 (RFC 9562) over a hash. */
export function sampleId(name: string): string {
  const hex = hash('sha256', `shopfloor-sample:${name}`, 'hex');
  const variant = ((parseInt(hex[16], 16) & 3) | 8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

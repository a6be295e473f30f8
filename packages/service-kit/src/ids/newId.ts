import { randomFillSync } from 'node:crypto';

/** Where an id source takes time and randomness from. */
export interface IdSourceOptions {
  /** Milliseconds since the epoch. */
  now: () => number;
  /** Fills the bytes with randomness. */
  random: (bytes: Uint8Array) => void;
}

const HEX = Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).padStart(2, '0'),
);
const COUNTER_MAX = 0xfff;

/**
 * A source of UUIDs of version 7 (RFC 9562, section 5.7) that sort in the order
 * of making, also within a millisecond and when the clock steps back: the twelve
 * bits after the version count (section 6.2, method 1), and a counter that runs
 * over borrows from the next millisecond.
 */
export function createIdSource(options: IdSourceOptions): () => string {
  const bytes = new Uint8Array(16);
  let lastMs = -1;
  let counter = 0;
  return () => {
    options.random(bytes);
    const nowMs = options.now();
    if (nowMs > lastMs) {
      lastMs = nowMs;
      // The upper half stays free, so that a burst seldom borrows.
      counter = ((bytes[6] << 8) | bytes[7]) & 0x7ff;
    } else if (counter < COUNTER_MAX) {
      counter += 1;
    } else {
      lastMs += 1;
      counter = 0;
    }
    let rest = lastMs;
    for (let index = 5; index >= 0; index -= 1) {
      bytes[index] = rest % 256;
      rest = Math.floor(rest / 256);
    }
    bytes[6] = 0x70 | (counter >> 8);
    bytes[7] = counter & 0xff;
    bytes[8] = 0x80 | (bytes[8] & 0x3f);
    let text = '';
    for (let index = 0; index < 16; index += 1) {
      text += HEX[bytes[index]];
      if (index === 3 || index === 5 || index === 7 || index === 9) {
        text += '-';
      }
    }
    return text;
  };
}

/** A new UUID of version 7 as text. Ids of one process sort in the order of making. */
export const newId: () => string = createIdSource({
  now: Date.now,
  random: randomFillSync,
});

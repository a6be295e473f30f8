import { setTimeout as delay } from 'node:timers/promises';

/** Asks again until the answer is wanted, or the time is over; returns the last answer. */
export async function eventually<T>(
  ask: () => Promise<T>,
  wanted: (answer: T) => boolean,
  options: { withinMs: number; everyMs?: number },
): Promise<T> {
  const deadline = Date.now() + options.withinMs;
  for (;;) {
    const answer = await ask();
    if (wanted(answer) || Date.now() > deadline) return answer;
    await delay(options.everyMs ?? 200);
  }
}

import { setTimeout as delay } from 'node:timers/promises';
import type { Answer } from './http.ts';

/** Thrown for an answer that says no more than "not now". */
class NotNow extends Error {}

const LONGEST_PAUSE_MS = 3000;

/**
 * Whether a client is right to send the same request again: an order that waits for nobody but
 * the provider (202 without `nextAction`) answers the same request by what has become of it.
 */
export function isWorthRepeating({ status, body }: Answer): boolean {
  return (
    (status === 202 && body?.nextAction === undefined) ||
    status === 429 ||
    status === 502 ||
    status === 503 ||
    status === 504 ||
    (status === 409 && body?.code === 'request-in-progress')
  );
}

/** Does a piece of work again while it fails, as a patient client does. @throws the last failure when the time is over */
export async function persistently<T>(
  work: () => Promise<T>,
  options: { withinMs: number; /** The first pause. */ everyMs?: number },
): Promise<T> {
  const deadline = Date.now() + options.withinMs;
  let pauseMs = options.everyMs ?? 300;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      // Longer each time and never in step with others, or all who wait keep down what has just come back.
      await delay(pauseMs * (0.5 + Math.random()));
      pauseMs = Math.min(pauseMs * 1.5, LONGEST_PAUSE_MS);
    }
  }
}

/** Sends the same request until its answer is one that says something; the request must be safe to repeat. */
export function untilAnswered(
  send: () => Promise<Answer>,
  options: { withinMs: number; everyMs?: number },
): Promise<Answer> {
  return persistently(async () => {
    const answer = await send();
    if (isWorthRepeating(answer)) {
      throw new NotNow(
        `Still answered ${answer.status}: ${JSON.stringify(answer.body)}`,
      );
    }
    return answer;
  }, options);
}

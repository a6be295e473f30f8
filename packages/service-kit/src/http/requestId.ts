import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { hasCardNumber } from '../cardData/cardData.ts';

/** Header that carries the id of a request from hop to hop. */
export const REQUEST_ID_HEADER = 'x-request-id';

/** Ids of callers are believed only in a shape that is safe to log and echo, which that of a card number is not. */
const SAFE_ID = /^[\w.:-]{1,128}$/;

/** The caller's request id when it is safe, else a new one. */
export function requestIdOf(
  request: Pick<IncomingMessage, 'headers'>,
  createId: () => string = randomUUID,
): string {
  const given = request.headers[REQUEST_ID_HEADER];
  return typeof given === 'string' &&
    SAFE_ID.test(given) &&
    !hasCardNumber(given)
    ? given
    : createId();
}

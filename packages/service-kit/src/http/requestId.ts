import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Header that carries the id of a request from hop to hop. */
export const REQUEST_ID_HEADER = 'x-request-id';

/** Ids of callers are believed only in a shape that is safe to log and echo. */
const SAFE_ID = /^[\w.:-]{1,128}$/;

/** The caller's request id when it is safe, else a new one. */
export function requestIdOf(
  request: Pick<IncomingMessage, 'headers'>,
  createId: () => string = randomUUID,
): string {
  const given = request.headers[REQUEST_ID_HEADER];
  return typeof given === 'string' && SAFE_ID.test(given) ? given : createId();
}

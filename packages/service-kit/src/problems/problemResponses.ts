import { PROBLEM_MEDIA_TYPE } from './problemDocument.ts';

const descriptions: Record<number, string> = {
  400: 'A field of the request is not valid; `errors` names it.',
  401: 'No token, or one that is not valid; see WWW-Authenticate.',
  402: 'The payment was not accepted.',
  403: 'The caller may not do this.',
  404: 'There is no such thing.',
  409: 'The current state does not allow it.',
  412: 'It has changed meanwhile.',
  422: 'The request is well formed but cannot be carried out.',
  428: 'The version one means must be given; see If-Match.',
  429: 'Too many requests; see Retry-After.',
  500: 'A fault of this service.',
  503: 'Something this service needs does not answer; see Retry-After.',
  504: 'It took longer than the caller waits.',
};

/** The problem responses of a route, for its schema. */
export function problemResponses(
  ...statuses: number[]
): Record<number, object> {
  return Object.fromEntries(
    statuses.map(status => [
      status,
      {
        description: descriptions[status] ?? 'A problem.',
        content: { [PROBLEM_MEDIA_TYPE]: { schema: { $ref: 'Problem#' } } },
      },
    ]),
  );
}

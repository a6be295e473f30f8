import { PROBLEM_MEDIA_TYPE } from './problemDocument.ts';

const descriptions: Record<number, string> = {
  400: 'A field of the request is not valid; `errors` names it.',
  404: 'There is no such thing.',
  409: 'The current state does not allow it.',
  412: 'It has changed meanwhile.',
  422: 'The request is well formed but cannot be carried out.',
  429: 'Too many requests; see Retry-After.',
  500: 'A fault of this service.',
  503: 'Something this service needs does not answer; see Retry-After.',
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

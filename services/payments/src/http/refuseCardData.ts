import { InvalidInputError, type ServiceApp } from '@shopfloor/service-kit';
import { findCardData, hasCardNumber } from '../domain/cardData.ts';

function refuse(
  part: 'body' | 'path' | 'query' | 'header',
  field: string,
): InvalidInputError {
  return new InvalidInputError({
    code: 'card-data-refused',
    message: `${field} looks like a card number. Card data must never be sent here; send the token of the provider’s card field.`,
    fields: [{ in: part, field, message: 'must not be a card number' }],
  });
}

function decoded(url: string): string {
  try {
    return decodeURIComponent(url);
  } catch {
    return url;
  }
}

/**
 * Refuses anything that looks like a card number, in every part of every request, before a route sees it. Neither the answer nor a
 * log has the number.
 */
export function refuseCardData(app: ServiceApp): void {
  app.addHook('onRequest', async request => {
    const url = request.raw.url ?? '';
    if (hasCardNumber(decoded(url))) {
      const inPath = hasCardNumber(decoded(url.split('?', 1)[0]));
      // The problem document names the path of the request.
      request.raw.url = '/';
      throw refuse(inPath ? 'path' : 'query', inPath ? 'path' : 'query');
    }
    for (const [name, value] of Object.entries(request.headers)) {
      // Ids of traces are digits and letters in any mix.
      if (name !== 'traceparent' && hasCardNumber(String(value))) {
        throw refuse('header', name);
      }
    }
  });
  app.addHook('preValidation', async request => {
    const body = Buffer.isBuffer(request.body)
      ? request.body.toString('utf8')
      : request.body;
    const field = findCardData(body);
    if (field !== undefined) {
      throw refuse('body', field);
    }
  });
}

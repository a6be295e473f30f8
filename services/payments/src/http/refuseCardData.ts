import {
  InvalidInputError,
  newId,
  REQUEST_ID_HEADER,
  type ServiceApp,
} from '@shopfloor/service-kit';
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
 * Refuses anything that looks like a card number, in every field and address, before a route sees it. Neither the answer nor a log has
 * the number. Of the headers only the request id is looked at: it is echoed and logged, others are neither.
 */
export function refuseCardData(app: ServiceApp): void {
  app.addHook('onRequest', async (request, reply) => {
    const url = request.raw.url ?? '';
    if (hasCardNumber(decoded(url))) {
      const inPath = hasCardNumber(decoded(url.split('?', 1)[0]));
      // The problem document names the path of the request.
      request.raw.url = '/';
      throw refuse(inPath ? 'path' : 'query', inPath ? 'path' : 'query');
    }
    if (hasCardNumber(request.id)) {
      request.id = newId();
      reply.header(REQUEST_ID_HEADER, request.id);
      throw refuse('header', REQUEST_ID_HEADER);
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

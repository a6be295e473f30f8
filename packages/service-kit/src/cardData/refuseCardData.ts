import type { ServiceApp } from '../http/createServiceApp.ts';
import { InvalidInputError } from '../problems/DomainError.ts';
import { findCardData, hasCardNumber } from './cardData.ts';

/** Kept with what it made. Other headers are neither echoed, stored nor logged; a request id that looks like a card number is replaced. */
const IDEMPOTENCY_KEY = 'idempotency-key';

/** Options of {@link refuseCardData}. */
export interface RefuseCardDataOptions {
  /** JSON pointers of what has as many digits by its nature and a pattern of its own, such as a telephone number. */
  except?: readonly string[];
}

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
 * the number. For services that take texts of people or anything about payments; where long numbers are goods' (EAN), it would
 * refuse some of them.
 */
export function refuseCardData(
  app: ServiceApp,
  options: RefuseCardDataOptions = {},
): void {
  app.addHook('onRequest', async request => {
    const url = request.raw.url ?? '';
    if (hasCardNumber(decoded(url))) {
      const inPath = hasCardNumber(decoded(url.split('?', 1)[0]));
      // The problem document names the path of the request.
      request.raw.url = '/';
      throw refuse(inPath ? 'path' : 'query', inPath ? 'path' : 'query');
    }
    if (hasCardNumber(String(request.headers[IDEMPOTENCY_KEY] ?? ''))) {
      throw refuse('header', IDEMPOTENCY_KEY);
    }
  });
  app.addHook('preValidation', async request => {
    const body = Buffer.isBuffer(request.body)
      ? request.body.toString('utf8')
      : request.body;
    const field = findCardData(body, options.except);
    if (field !== undefined) {
      throw refuse('body', field);
    }
  });
}

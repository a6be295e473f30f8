import {
  ConflictError,
  DomainError,
  NotFoundError,
  UnprocessableError,
  versionMismatch,
} from '@shopfloor/service-kit';
import type { Refused, Written } from '../store/CatalogueStore.ts';

/** What was written, for the words of a refusal. */
export interface Subject {
  /** Such as `product`. */
  what: string;
  id: string;
}

function conflict(code: string, message: string, field?: string): never {
  throw new ConflictError({
    code,
    message,
    fields: field ? [{ in: 'body', field, message }] : [],
  });
}

function unprocessable(code: string, message: string, field: string): never {
  throw new UnprocessableError({
    code,
    message,
    fields: [{ in: 'body', field, message }],
  });
}

const refusals: Record<Refused, (subject: Subject) => never> = {
  'not-found': ({ what, id }) => {
    throw new NotFoundError({
      code: `${what.replace(' ', '-')}-not-found`,
      message: `There is no ${what} ${id}.`,
    });
  },
  'version-changed': ({ what, id }) => {
    throw versionMismatch(`The ${what} ${id}`);
  },
  'id-reused': ({ what, id }) =>
    conflict('id-reused', `The id ${id} belongs to another ${what}.`),
  'unknown-category': () =>
    unprocessable(
      'unknown-category',
      'There is no such category.',
      '/category',
    ),
  'slug-taken': () =>
    conflict('slug-taken', 'Another product has this slug.', '/slug'),
  'sku-taken': () =>
    conflict('sku-taken', 'A SKU belongs to another product.', '/variants'),
  'unknown-parent': () =>
    unprocessable('unknown-category', 'There is no such category.', '/parent'),
  cycle: () =>
    conflict(
      'category-cycle',
      'A category cannot lie below itself.',
      '/parent',
    ),
  'in-use': ({ what, id }) =>
    conflict(
      'category-in-use',
      `The ${what} ${id} has products or categories in it. Move them first.`,
    ),
  'currency-differs': () =>
    conflict(
      'currency-fixed',
      'A price list keeps its currency. Make another list.',
      '/currency',
    ),
  'tax-differs': () =>
    conflict(
      'tax-mode-differs',
      'All price lists of a currency are gross, or all are net.',
      '/pricesIncludeTax',
    ),
};

/** @throws DomainError when a write was refused */
export function requireDone(written: Written, subject: Subject): void {
  if (written.outcome !== 'done') {
    refusals[written.outcome](subject);
  }
}

/** What to throw when a thing that exists is written without saying which version is meant. */
export function existsAlready({ what, id }: Subject): DomainError {
  return new DomainError({
    kind: 'precondition-required',
    code: 'if-match-required',
    message: `The ${what} ${id} exists. Send If-Match with its ETag to change it.`,
    fields: [{ in: 'header', field: 'if-match', message: 'is required' }],
  });
}

import Type from 'typebox';
import { CURRENCIES } from '../config.ts';

/** Something that another service says; its own document describes it. */
export function ofService(service: string, description: string) {
  return Type.Unsafe<unknown>({
    type: 'object',
    description: `${description} As the API of ${service} describes it.`,
  });
}

/** A body that is passed on to the service that checks it. */
export function bodyFor(service: string, description: string) {
  return Type.Unsafe<unknown>({
    type: 'object',
    description: `${description} As the API of ${service} describes it.`,
  });
}

/** A body of which nothing is needed, so that it may be left out. */
export function emptyBodyFor(service: string) {
  return Type.Unsafe<unknown>({
    anyOf: [{ type: 'null' }, { type: 'object' }],
    description: `Nothing. As the API of ${service} describes it.`,
  });
}

export const idParams = (name: string) =>
  Type.Object({
    [name]: Type.String({
      pattern: '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$',
      description: 'UUID.',
    }),
  });

export const skuParams = Type.Object({
  sku: Type.String({
    minLength: 1,
    maxLength: 100,
    pattern: '^[^\\u0000-\\u001f\\u007f/]+$',
  }),
});

export const productParams = Type.Object({
  idOrSlug: Type.String({
    maxLength: 100,
    pattern: '^[a-z0-9]+(-[a-z0-9]+)*$',
    description: 'Id (UUID) or slug of the product.',
  }),
});

export const currency = Type.Optional(
  Type.Enum([...CURRENCIES], { description: 'ISO 4217 code.' }),
);

export const country = Type.Optional(
  Type.String({
    pattern: '^[A-Z]{2}$',
    description: 'ISO 3166-1 alpha-2 code of where it shall go.',
  }),
);

export const emptyQuery = Type.Object({}, { additionalProperties: false });

/** Headers that every cached read understands. */
export const readHeaders = Type.Object({
  'accept-language': Type.Optional(
    Type.String({ description: 'Languages of texts: English or Chinese.' }),
  ),
  'if-none-match': Type.Optional(
    Type.String({ description: 'ETag one has; 304 when it is still current.' }),
  ),
  'cache-control': Type.Optional(
    Type.String({ description: '`no-cache` asks the services behind.' }),
  ),
});

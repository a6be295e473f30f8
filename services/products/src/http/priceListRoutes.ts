import {
  problemResponses,
  requireVersion,
  type ServiceApp,
  versionTag,
} from '@shopfloor/service-kit';
import Type from 'typebox';
import type { LookupResult, PriceList } from '../domain/catalogue.ts';
import type { CatalogueService } from '../domain/CatalogueService.ts';
import type { ProductService } from '../domain/ProductService.ts';
import { optionalVersion } from './catalogueRoutes.ts';
import {
  ifMatchHeaders,
  lookupBody,
  priceListBody,
  priceListParams,
  pricesBody,
} from './catalogueSchemas.ts';
import { emptyQuerySchema, reference } from './schemas.ts';

const config = { access: 'staff:catalog-admin' } as const;

function ok<T>(id: string, description: string) {
  return Type.Unsafe<T>({ ...reference<T>(id), description });
}

/** Registers what carts and orders ask. */
export function registerLookupRoute(
  app: ServiceApp,
  { products }: { products: ProductService },
): void {
  app.post(
    '/lookups',
    {
      config: { access: 'internal' },
      schema: {
        operationId: 'lookUpSkus',
        summary: 'Price, name, tax and weight of SKUs, for carts and orders',
        description:
          'SKUs that are not sold in the currency are left out. Changes nothing, so it may be repeated.',
        tags: ['lookups'],
        body: lookupBody,
        response: {
          200: ok<LookupResult>('Lookup', 'In the order asked.'),
          ...problemResponses(400, 503),
        },
      },
    },
    async request => products.lookup(request.body),
  );
}

/** Registers what staff do to price lists. */
export function registerPriceListRoutes(
  app: ServiceApp,
  { catalogue }: { catalogue: CatalogueService },
): void {
  const priceList = ok<PriceList>('PriceList', 'The price list as it is now.');

  app.get(
    '/admin/price-lists',
    {
      config,
      schema: {
        operationId: 'listPriceLists',
        summary: 'Every price list',
        tags: ['price lists'],
        querystring: emptyQuerySchema,
        response: {
          200: ok<{ items: PriceList[] }>('PriceLists', 'By currency.'),
          ...problemResponses(400, 401, 403, 503),
        },
      },
    },
    async () => ({ items: await catalogue.priceLists() }),
  );

  app.get(
    '/admin/price-lists/:priceListId',
    {
      config,
      schema: {
        operationId: 'getPriceList',
        summary: 'A price list with its version',
        tags: ['price lists'],
        params: priceListParams,
        response: {
          200: priceList,
          ...problemResponses(400, 401, 403, 404, 503),
        },
      },
    },
    async (request, reply) => {
      const found = await catalogue.priceList(request.params.priceListId);
      reply.header('etag', versionTag(found.version));
      return found;
    },
  );

  app.put(
    '/admin/price-lists/:priceListId',
    {
      config,
      schema: {
        operationId: 'putPriceList',
        summary: 'Make a price list, or change its validity with If-Match',
        description:
          'Of the lists that are valid and price a SKU, the one that began last counts. End a list with `validUntil`.',
        tags: ['price lists'],
        params: priceListParams,
        headers: ifMatchHeaders,
        body: priceListBody,
        response: {
          200: priceList,
          ...problemResponses(400, 401, 403, 404, 409, 412, 428, 503),
        },
      },
    },
    async (request, reply) => {
      const put = await catalogue.putPriceList(
        request.params.priceListId,
        optionalVersion(request),
        request.body,
      );
      reply.header('etag', versionTag(put.version));
      return put;
    },
  );

  app.put(
    '/admin/price-lists/:priceListId/prices',
    {
      config,
      schema: {
        operationId: 'putPrices',
        summary: 'Set and remove prices of a list',
        description:
          'SKUs that are not named keep theirs. What is valid now is shown at once.',
        tags: ['price lists'],
        params: priceListParams,
        headers: ifMatchHeaders,
        body: pricesBody,
        response: {
          200: priceList,
          ...problemResponses(400, 401, 403, 404, 412, 422, 428, 503),
        },
      },
    },
    async (request, reply) => {
      const changed = await catalogue.putPrices(
        request.params.priceListId,
        requireVersion(request),
        request.body.prices,
      );
      reply.header('etag', versionTag(changed.version));
      return changed;
    },
  );
}

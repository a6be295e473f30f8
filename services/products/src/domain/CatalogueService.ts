import { hash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import {
  InvalidInputError,
  type FieldProblem,
  UnprocessableError,
} from '@shopfloor/service-kit';
import type {
  CategoryWriter,
  PriceListWriter,
  ProductWriter,
} from '../store/CatalogueStore.ts';
import type {
  CatalogueCategory,
  CatalogueEntry,
  CatalogueProduct,
  CategoryDraft,
  PriceChange,
  PriceList,
  PriceListDraft,
  ProductDraft,
} from './catalogue.ts';
import type { DocumentService } from './DocumentService.ts';
import { existsAlready, requireDone } from './refusals.ts';
import type { Page } from './types.ts';

/** Options of {@link CatalogueService}. */
export interface CatalogueServiceOptions {
  products: ProductWriter;
  categories: CategoryWriter;
  priceLists: PriceListWriter;
  content: Pick<DocumentService, 'purge'>;
}

const NO_ID = '00000000-0000-0000-0000-000000000000';

function refuseFields(fields: FieldProblem[]): void {
  if (fields.length > 0) {
    throw new InvalidInputError({
      code: 'validation-failed',
      message: `These fields are not valid: ${fields.map(({ field }) => field).join(', ')}.`,
      fields,
    });
  }
}

/** Where a list names a SKU for the second time. */
function repeatedSkus(
  items: readonly { sku: string }[],
  pointer: string,
): FieldProblem[] {
  const seen = new Set<string>();
  return items.flatMap(({ sku }, index) => {
    if (!seen.has(sku)) {
      seen.add(sku);
      return [];
    }
    return [
      {
        in: 'body' as const,
        field: `${pointer}/${index}/sku`,
        message: `names ${sku} again`,
      },
    ];
  });
}

/** What staff do to products, categories and price lists. */
export class CatalogueService {
  readonly #options: CatalogueServiceOptions;

  static create(options: CatalogueServiceOptions): CatalogueService {
    return new CatalogueService(options);
  }

  private constructor(options: CatalogueServiceOptions) {
    this.#options = options;
  }

  /** @throws NotFoundError `product-not-found` */
  async product(productId: string): Promise<CatalogueProduct> {
    const found = await this.#options.products.find(productId);
    if (!found) {
      requireDone({ outcome: 'not-found' }, { what: 'product', id: productId });
    }
    return found!;
  }

  /** One page of products by id, those off sale included. */
  async list(options: {
    limit: number;
    after?: string;
    archived?: boolean;
  }): Promise<Page<CatalogueEntry>> {
    const { limit, after = NO_ID, archived } = options;
    const found = await this.#options.products.list({
      after,
      rows: limit + 1,
      archived,
    });
    const items = found.slice(0, limit);
    return {
      items,
      nextCursor:
        found.length > limit ? items[items.length - 1].productId : undefined,
    };
  }

  /** Makes a product, once for its id and draft. It is sold where a price list prices it. */
  async create(
    productId: string,
    draft: ProductDraft,
  ): Promise<CatalogueProduct> {
    refuseFields(repeatedSkus(draft.variants, '/variants'));
    const written = await this.#options.products.create({
      productId,
      draft,
      draftHash: hash('sha256', JSON.stringify(draft), 'base64url'),
    });
    requireDone(written, { what: 'product', id: productId });
    return this.product(productId);
  }

  /** Replaces a product as a whole. */
  async update(
    productId: string,
    version: number,
    draft: ProductDraft,
  ): Promise<CatalogueProduct> {
    refuseFields(repeatedSkus(draft.variants, '/variants'));
    const written = await this.#options.products.update({
      productId,
      version,
      draft,
    });
    requireDone(written, { what: 'product', id: productId });
    return this.product(productId);
  }

  /** Takes a product off sale, or puts it back. */
  async setArchived(
    productId: string,
    version: number,
    archived: boolean,
  ): Promise<CatalogueProduct> {
    const written = await this.#options.products.setArchived({
      productId,
      version,
      archived,
    });
    requireDone(written, { what: 'product', id: productId });
    return this.product(productId);
  }

  /** Deletes a product for good. */
  async delete(productId: string, version: number): Promise<void> {
    const written = await this.#options.products.delete({ productId, version });
    requireDone(written, { what: 'product', id: productId });
    // Elsewhere, so not in one transaction: what a crash leaves has no product and is not shown.
    await this.#options.content.purge(productId);
  }

  /** @throws NotFoundError `category-not-found` */
  async category(slug: string): Promise<CatalogueCategory> {
    const found = await this.#options.categories.find(slug);
    if (!found) {
      requireDone({ outcome: 'not-found' }, { what: 'category', id: slug });
    }
    return found!;
  }

  /** Makes a category, or changes the version that is named. */
  async putCategory(
    slug: string,
    version: number | undefined,
    draft: CategoryDraft,
  ): Promise<CatalogueCategory> {
    const subject = { what: 'category', id: slug };
    const written = await this.#options.categories.put({
      slug,
      version,
      draft,
    });
    if (version === undefined && written.outcome === 'version-changed') {
      const {
        slug: _slug,
        version: _version,
        ...known
      } = await this.category(slug);
      if (!isDeepStrictEqual({ parent: undefined, ...draft }, known)) {
        throw existsAlready(subject);
      }
    } else {
      requireDone(written, subject);
    }
    return this.category(slug);
  }

  /** Deletes a category that nothing is in. */
  async deleteCategory(slug: string, version: number): Promise<void> {
    const written = await this.#options.categories.delete({ slug, version });
    requireDone(written, { what: 'category', id: slug });
  }

  /** Every price list. */
  async priceLists(): Promise<PriceList[]> {
    return this.#options.priceLists.list();
  }

  /** @throws NotFoundError `price-list-not-found` */
  async priceList(id: string): Promise<PriceList> {
    const found = await this.#options.priceLists.find(id);
    if (!found) {
      requireDone({ outcome: 'not-found' }, { what: 'price list', id });
    }
    return found!;
  }

  /** Makes a price list, or changes when the version that is named is valid. */
  async putPriceList(
    id: string,
    version: number | undefined,
    draft: PriceListDraft,
  ): Promise<PriceList> {
    const { validFrom, validUntil } = draft;
    if (validUntil && Date.parse(validUntil) <= Date.parse(validFrom)) {
      refuseFields([
        {
          in: 'body',
          field: '/validUntil',
          message: 'must be after validFrom',
        },
      ]);
    }
    const subject = { what: 'price list', id };
    const written = await this.#options.priceLists.put({
      priceListId: id,
      version,
      draft,
    });
    if (version === undefined && written.outcome === 'version-changed') {
      const known = await this.priceList(id);
      const same =
        known.currency === draft.currency &&
        known.pricesIncludeTax === draft.pricesIncludeTax &&
        Date.parse(known.validFrom) === Date.parse(validFrom) &&
        (known.validUntil && Date.parse(known.validUntil)) ===
          (validUntil && Date.parse(validUntil));
      if (!same) {
        throw existsAlready(subject);
      }
    } else {
      requireDone(written, subject);
    }
    return this.priceList(id);
  }

  /** Sets and removes prices of a list; what is valid now is shown at once. */
  async putPrices(
    id: string,
    version: number,
    prices: readonly PriceChange[],
  ): Promise<PriceList> {
    refuseFields(repeatedSkus(prices, '/prices'));
    const written = await this.#options.priceLists.putPrices({
      priceListId: id,
      version,
      prices,
    });
    if (written.outcome === 'unknown-skus') {
      const unknown = new Set(written.skus);
      throw new UnprocessableError({
        code: 'unknown-sku',
        message: `There is no SKU ${written.skus.slice(0, 10).join(', ')}.`,
        fields: prices.flatMap(({ sku }, index) =>
          unknown.has(sku)
            ? [
                {
                  in: 'body' as const,
                  field: `/prices/${index}/sku`,
                  message: `${sku} is not known`,
                },
              ]
            : [],
        ),
      });
    }
    requireDone(written, { what: 'price list', id });
    return this.priceList(id);
  }
}

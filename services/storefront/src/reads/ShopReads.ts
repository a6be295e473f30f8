import {
  RemoteProblem,
  type ServiceClient,
  UnavailableError,
  type WireResponse,
} from '@shopfloor/service-kit';
import { composeProduct, productIn, skusOf } from '../domain/composeProduct.ts';
import { composeHome, type HomeParts } from '../domain/composeHome.ts';
import type { Language } from '../domain/negotiation.ts';
import type {
  LoadRead,
  PreparedAnswer,
  ReadAnswer,
  ReadCache,
} from './ReadCache.ts';
import type { StockHints } from './StockHints.ts';

/** A read of the shop front. */
export interface Read {
  language: Language;
  /** Canonical, see `canonicalQuery`. */
  query: string;
  /** Whether the client wants no cached answer. */
  fresh: boolean;
}

/** What a read brought. */
export interface ReadResult {
  answer: PreparedAnswer;
  /** Where it came from, for the header `x-cache`. */
  source: 'hit' | 'miss' | 'bypass';
}

/** Options of {@link ShopReads}. */
export interface ShopReadsOptions {
  products: ServiceClient;
  search: ServiceClient;
  stock: StockHints;
  reads: ReadCache;
  featuredCategory: string | undefined;
}

/** Refusals that depend on nothing but what was asked. */
const REFUSALS = new Set([400, 404, 410, 422]);

const JSON_TYPE = 'application/json; charset=utf-8';

/** Reads that many shoppers share: products, categories, search, home. */
export class ShopReads {
  readonly #options: ShopReadsOptions;

  static create(options: ShopReadsOptions): ShopReads {
    return new ShopReads(options);
  }

  private constructor(options: ShopReadsOptions) {
    this.#options = options;
  }

  /** Something that products or product-search answers as it is. */
  passed(
    read: Read,
    target: {
      service: 'products' | 'search';
      path: string;
      /** Whether a cached answer is worth its place. */
      cached: boolean;
    },
  ): Promise<ReadResult> {
    const { service, path, cached } = target;
    const load = () => this.#ask(service, path, path, read);
    return cached
      ? this.#cached(`${service}${path}`, read, load)
      : this.#direct(load);
  }

  /**
   * One product with its stock. A client that wants no cached answer gets one that products has just confirmed: what is kept is
   * sent again when it is still so.
   */
  product(read: Read, idOrSlug: string): Promise<ReadResult> {
    const name = `product/products/${idOrSlug}`;
    const load: LoadRead = last => this.#loadProduct(read, idOrSlug, last);
    if (!read.fresh) {
      return this.#cached(name, read, load);
    }
    return this.#options.reads
      .renew(keyOf(name, read), load)
      .then(answer => ({ answer, source: 'bypass' }));
  }

  /** Categories, newest and featured products. A part that is down is named in `unavailable`. */
  home(read: Read): Promise<ReadResult> {
    return this.#cached('home', read, async () => {
      // Each part is cached on its own, so that one that is down is shown as it was.
      const ask = async (path: string, query: string) => {
        const { answer } = await this.passed(
          { ...read, query },
          { service: 'products', path, cached: true },
        );
        if (answer.status !== 200) {
          throw new Error(`products refused ${path} with ${answer.status}`);
        }
        return answer;
      };
      const currency = read.query;
      const list = (more: string) =>
        [currency, 'limit=12', more].filter(Boolean).join('&');
      const [categories, newest] = await Promise.allSettled([
        ask('/categories', ''),
        ask('/products', list('sort=newest')),
      ]);
      const parts: HomeParts = {
        categories: bodyOf(categories),
        newest: bodyOf(newest),
      };
      const slug =
        this.#options.featuredCategory ?? largestCategory(parts.categories);
      const [featured] = await Promise.allSettled([
        slug
          ? ask('/products', list(`category=${encodeURIComponent(slug)}`))
          : Promise.reject(new Error('no category is known')),
      ]);
      parts.featured = bodyOf(featured);
      if (!parts.categories && !parts.newest && !parts.featured) {
        throw new UnavailableError({
          code: 'products-unavailable',
          message: 'Products does not answer. Try again shortly.',
          cause: (newest as PromiseRejectedResult).reason,
        });
      }
      return {
        status: 200,
        contentType: JSON_TYPE,
        body: composeHome(parts),
        productsVersion:
          newest.status === 'fulfilled'
            ? newest.value.productsVersion
            : undefined,
      };
    });
  }

  async #cached(name: string, read: Read, load: LoadRead): Promise<ReadResult> {
    if (read.fresh) {
      return this.#direct(load);
    }
    const { answer, loaded } = await this.#options.reads.get(
      keyOf(name, read),
      load,
    );
    return { answer, source: loaded ? 'miss' : 'hit' };
  }

  async #direct(load: LoadRead): Promise<ReadResult> {
    const { body, ...answer } = await load();
    // Not compressed: the client asked for what is behind the cache, once.
    return {
      answer: { ...answer, tag: '', identity: body },
      source: 'bypass',
    };
  }

  async #ask(
    service: 'products' | 'search',
    path: string,
    route: string,
    read: Read,
  ): Promise<ReadAnswer> {
    return toAnswer(service, await this.#send(service, path, route, read));
  }

  #send(
    service: 'products' | 'search',
    path: string,
    route: string,
    read: Read,
    knownTag?: string,
  ): Promise<WireResponse> {
    return this.#options[service].send({
      method: 'GET',
      path: read.query ? `${path}?${read.query}` : path,
      route,
      headers: {
        accept: 'application/json',
        'accept-language': read.language === 'zh' ? 'zh-CN' : 'en',
        ...(knownTag !== undefined && { 'if-none-match': knownTag }),
      },
    });
  }

  /** Products sends nothing of a product that is as it was when it made `last`. */
  async #loadProduct(
    read: Read,
    idOrSlug: string,
    last: PreparedAnswer | undefined,
  ): Promise<ReadAnswer> {
    const response = await this.#send(
      'products',
      `/products/${idOrSlug}`,
      '/products/:idOrSlug',
      read,
      last?.origin?.tag,
    );
    const unchanged = response.status === 304 ? last : undefined;
    const told: ReadAnswer = unchanged?.origin
      ? {
          status: 200,
          contentType: unchanged.contentType,
          body: productIn(unchanged.identity, unchanged.origin.length),
          productsVersion: response.headers['x-service-version'],
        }
      : toAnswer('products', response);
    if (told.status !== 200) {
      return told;
    }
    const { tag = response.headers.etag, skus = skusOf(told.body) } =
      unchanged?.origin ?? {};
    return {
      ...told,
      body: composeProduct(
        told.body,
        await this.#options.stock.of(idOrSlug, skus),
      ),
      // Without a tag there is nothing to ask by the next time.
      origin: tag ? { tag, length: told.body.length, skus } : undefined,
    };
  }
}

function keyOf(name: string, read: Read): string {
  return `${read.language} ${name}?${read.query}`;
}

function bodyOf(
  result: PromiseSettledResult<PreparedAnswer>,
): Buffer | undefined {
  return result.status === 'fulfilled' ? result.value.identity : undefined;
}

function largestCategory(categories: Buffer | undefined): string | undefined {
  if (!categories) {
    return undefined;
  }
  const { items } = JSON.parse(categories.toString('utf8')) as {
    items: { slug: string; productCount?: number }[];
  };
  return items.reduce<(typeof items)[number] | undefined>(
    (best, item) =>
      (item.productCount ?? 0) > (best?.productCount ?? -1) ? item : best,
    undefined,
  )?.slug;
}

function toAnswer(
  service: 'products' | 'search',
  response: WireResponse,
): ReadAnswer {
  const { status, headers, body } = response;
  if (status !== 200 && !REFUSALS.has(status)) {
    throw new RemoteProblem({
      dependency: service,
      status,
      problem: { detail: `${service} answered with status ${status}.` },
    });
  }
  return {
    status,
    contentType: headers['content-type'] ?? JSON_TYPE,
    body,
    productsVersion:
      service === 'products' ? headers['x-service-version'] : undefined,
  };
}

import { randomUUID } from 'node:crypto';

/** What a shopper can do on one page. */
export type Page =
  | 'home'
  | 'list'
  | 'search'
  | 'product'
  | 'nextPage'
  | 'cart'
  | 'quote'
  | 'order';

/** Weighted choices; weights need not add up to anything. */
export type Choices<T extends string> = Readonly<Partial<Record<T, number>>>;

/** How shoppers of a kind browse: where they enter, where they go next, how long they look. */
export interface Journey {
  entry: Choices<Page>;
  /** From each page to the next; `leave` ends the visit. */
  next: Readonly<Record<Page, Choices<Page | 'leave'>>>;
  /** Mean time on a page; times are exponential, cut at four times the mean. */
  meanThinkTimeMs: number;
  /** Languages of the shoppers' browsers. */
  languages: Choices<string>;
  /** What they search for. */
  searches: readonly string[];
}

/** The mix of the sample shop: most read lists and products, some search, about one visit in ten ends with an order. */
export const shoppingJourney: Journey = {
  entry: { home: 3, list: 3, search: 2, product: 2 },
  next: {
    home: { list: 6, search: 3, leave: 1 },
    list: { product: 6, nextPage: 2, search: 1, leave: 1 },
    search: { product: 6, search: 2, list: 1, leave: 1 },
    product: {
      product: 30,
      list: 30,
      search: 10,
      home: 10,
      cart: 8,
      leave: 20,
    },
    nextPage: { product: 6, nextPage: 2, leave: 2 },
    cart: { product: 3, quote: 5, leave: 2 },
    quote: { order: 8, leave: 2 },
    order: { home: 1, leave: 9 },
  },
  meanThinkTimeMs: 3000,
  languages: { en: 7, 'zh-CN,zh;q=0.9': 3 },
  searches: [
    'oak chopping board',
    'wool blanket',
    'teapot',
    'linen napkin',
    'brass lamp',
    'notebok',
    'garden bench',
    'cotton towel',
    '茶壶',
    '橡木',
    '羊毛毯子',
    '野餐',
  ],
};

/** A source of numbers in [0, 1). */
export type Random = () => number;

/** Picks one of weighted choices. */
export function pick<T extends string>(choices: Choices<T>, random: Random): T {
  const entries = Object.entries(choices) as [T, number][];
  let rest = random() * entries.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [choice, weight] of entries) {
    rest -= weight;
    if (rest < 0) {
      return choice;
    }
  }
  return entries[entries.length - 1][0];
}

function oneOf<T>(items: readonly T[], random: Random): T | undefined {
  return items[Math.floor(random() * items.length)];
}

/** What shoppers have learned of the shop from its answers. */
export interface Shop {
  categories: string[];
  products: string[];
}

/** A request that a shopper wants to make. */
export interface Wish {
  page: Page;
  /** GET when absent. */
  method?: 'PUT' | 'POST';
  /** Path and query. */
  path: string;
  language: string;
  /** Sent as JSON. */
  body?: unknown;
  /** For an order: the same when it is sent again. */
  idempotencyKey?: string;
  /** The session, once the shop has begun one. */
  cookie?: string;
  /** Refusals that a shopper takes as they are, such as goods that somebody else was faster to buy. */
  acceptable?: readonly number[];
}

interface ListAnswer {
  items?: { slug?: unknown; children?: { slug?: unknown }[] }[];
  nextCursor?: unknown;
}

interface HomeAnswer {
  categories?: Pick<ListAnswer, 'items'>;
  newest?: Pick<ListAnswer, 'items'>;
}

interface ProductAnswer {
  variants?: { sku?: unknown }[];
}

const MOST_REMEMBERED = 500;

function slugs(items: readonly { slug?: unknown }[] | undefined): string[] {
  return (items ?? [])
    .map(({ slug }) => slug)
    .filter((slug): slug is string => typeof slug === 'string');
}

function remember(known: string[], seen: readonly string[]): void {
  for (const slug of seen) {
    if (known.length < MOST_REMEMBERED && !known.includes(slug)) {
      known.push(slug);
    }
  }
}

/** Who orders, and where it goes to: sample data. */
export const sampleShopper = {
  email: 'sample.shopper@larkfield.example',
  language: 'en',
  shippingAddress: {
    name: 'Sample Shopper',
    line1: 'Musterweg 1',
    city: 'Berlin',
    postalCode: '10115',
    country: 'DE',
  },
  shippingOptionId: 'standard',
};

/** One visit: a walk through a journey, told by what the shop answered. Pure but for the given randomness. */
export class Visit {
  readonly #journey: Journey;
  readonly #random: Random;
  readonly #shop: Shop;
  readonly #language: string;
  readonly #key: () => string;
  #page: Page | undefined;
  #seen: string[] = [];
  #nextPage: string | undefined;
  #skus: string[] = [];
  #cookie: string | undefined;
  #cartId: string | undefined;
  #quoteId: string | undefined;

  constructor(options: {
    journey: Journey;
    random: Random;
    shop: Shop;
    /** Makes the key of an order. */
    key?: () => string;
  }) {
    this.#key = options.key ?? randomUUID;
    this.#journey = options.journey;
    this.#random = options.random;
    this.#shop = options.shop;
    this.#language = pick(options.journey.languages, options.random);
  }

  /** The next request, or undefined when the shopper leaves. */
  next(): Wish | undefined {
    const choice: Page | 'leave' = this.#page
      ? pick(this.#journey.next[this.#page], this.#random)
      : pick(this.#journey.entry, this.#random);
    if (choice === 'leave') {
      return undefined;
    }
    const wish = this.#request(choice);
    this.#page = wish.page;
    return { ...wish, language: this.#language, cookie: this.#cookie };
  }

  /** Takes in what the shop answered to the last request, and the session that it may have begun. */
  learn(page: Page, answer: unknown, cookie?: string): void {
    this.#cookie = cookie ?? this.#cookie;
    const known = (answer ?? {}) as ListAnswer &
      HomeAnswer &
      ProductAnswer & { cartId?: unknown; quoteId?: unknown };
    switch (page) {
      case 'home':
        remember(
          this.#shop.categories,
          (known.categories?.items ?? []).flatMap(item => [
            ...slugs([item]),
            ...slugs(item.children),
          ]),
        );
        remember(this.#shop.products, slugs(known.newest?.items));
        break;
      case 'product':
        this.#skus = (known.variants ?? [])
          .map(({ sku }) => sku)
          .filter((sku): sku is string => typeof sku === 'string');
        break;
      case 'cart':
        this.#cartId = textOf(known.cartId);
        break;
      case 'quote':
        this.#quoteId = textOf(known.quoteId);
        break;
      case 'order':
        this.#cartId = undefined;
        this.#quoteId = undefined;
        break;
      default:
        this.#seen = slugs(known.items);
        remember(this.#shop.products, this.#seen);
        this.#nextPage = textOf(known.nextCursor);
    }
  }

  /** How long the shopper looks at the page, in milliseconds. */
  thinkTimeMs(): number {
    const mean = this.#journey.meanThinkTimeMs;
    return Math.min(-Math.log(1 - this.#random()) * mean, 4 * mean);
  }

  #listPath = '/api/products?limit=24';

  /** A page that needs what is not known yet becomes the one that tells it. */
  #request(choice: Page): Omit<Wish, 'language' | 'cookie'> {
    switch (choice) {
      case 'product': {
        const slug = oneOf(
          this.#seen.length > 0 ? this.#seen : this.#shop.products,
          this.#random,
        );
        return slug
          ? {
              page: 'product',
              path: `/api/products/${encodeURIComponent(slug)}`,
            }
          : this.#request('list');
      }
      case 'nextPage':
        return this.#nextPage
          ? {
              page: 'nextPage',
              path: `${this.#listPath}&cursor=${encodeURIComponent(this.#nextPage)}`,
            }
          : this.#request('list');
      case 'search': {
        const text = oneOf(this.#journey.searches, this.#random) ?? 'oak';
        this.#listPath = `/api/products?limit=24&q=${encodeURIComponent(text)}`;
        return {
          page: 'search',
          path: `/api/search?limit=24&q=${encodeURIComponent(text)}`,
        };
      }
      case 'list': {
        const category = oneOf(this.#shop.categories, this.#random);
        this.#listPath = category
          ? `/api/products?limit=24&category=${encodeURIComponent(category)}`
          : '/api/products?limit=24';
        return { page: 'list', path: this.#listPath };
      }
      case 'cart': {
        const sku = oneOf(this.#skus, this.#random);
        return sku
          ? {
              page: 'cart',
              method: 'PUT',
              path: `/api/cart/lines/${encodeURIComponent(sku)}?currency=EUR&country=DE`,
              body: { quantity: 1 + Math.floor(this.#random() * 2) },
              acceptable: [409, 422],
            }
          : this.#request('product');
      }
      case 'quote':
        return this.#cartId
          ? {
              page: 'quote',
              method: 'POST',
              path: '/api/quotes',
              body: { cartId: this.#cartId, ...sampleShopper },
              acceptable: [409, 422],
            }
          : this.#request('list');
      case 'order':
        return this.#quoteId
          ? {
              page: 'order',
              method: 'POST',
              path: '/api/orders',
              body: {
                quoteId: this.#quoteId,
                payment: { token: 'tok_approved' },
              },
              idempotencyKey: this.#key(),
              acceptable: [402, 409],
            }
          : this.#request('list');
      default:
        return { page: 'home', path: '/api/home' };
    }
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

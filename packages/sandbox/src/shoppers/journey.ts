/** What a shopper can do on one page. */
export type Page = 'home' | 'list' | 'search' | 'product' | 'nextPage';

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

/** The mix of the sample shop: most read lists and products, some search, few look at all categories. */
export const browsingJourney: Journey = {
  entry: { home: 3, list: 3, search: 2, product: 2 },
  next: {
    home: { list: 6, search: 3, leave: 1 },
    list: { product: 6, nextPage: 2, search: 1, leave: 1 },
    search: { product: 6, search: 2, list: 1, leave: 1 },
    product: { product: 3, list: 3, search: 1, home: 1, leave: 2 },
    nextPage: { product: 6, nextPage: 2, leave: 2 },
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
  /** Path and query. */
  path: string;
  language: string;
}

interface ListAnswer {
  items?: { slug?: unknown; children?: { slug?: unknown }[] }[];
  nextCursor?: unknown;
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

/** One visit: a walk through a journey, told by what the shop answered. Pure but for the given randomness. */
export class Visit {
  readonly #journey: Journey;
  readonly #random: Random;
  readonly #shop: Shop;
  readonly #language: string;
  #page: Page | undefined;
  #seen: string[] = [];
  #nextPage: string | undefined;

  constructor(options: { journey: Journey; random: Random; shop: Shop }) {
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
    const [page, path] = this.#request(choice);
    this.#page = page;
    return { page, path, language: this.#language };
  }

  /** Takes in what the shop answered to the last request. */
  learn(page: Page, answer: unknown): void {
    const { items, nextCursor } = (answer ?? {}) as ListAnswer;
    if (page === 'home') {
      remember(
        this.#shop.categories,
        (items ?? []).flatMap(item => [
          ...slugs([item]),
          ...slugs(item.children),
        ]),
      );
    } else if (page !== 'product') {
      this.#seen = slugs(items);
      remember(this.#shop.products, this.#seen);
      this.#nextPage = typeof nextCursor === 'string' ? nextCursor : undefined;
    }
  }

  /** How long the shopper looks at the page, in milliseconds. */
  thinkTimeMs(): number {
    const mean = this.#journey.meanThinkTimeMs;
    return Math.min(-Math.log(1 - this.#random()) * mean, 4 * mean);
  }

  #listPath = '/products?limit=24';

  /** A page that needs what is not known yet becomes the one that tells it. */
  #request(choice: Page): [Page, string] {
    switch (choice) {
      case 'product': {
        const slug = oneOf(
          this.#seen.length > 0 ? this.#seen : this.#shop.products,
          this.#random,
        );
        return slug
          ? ['product', `/products/${encodeURIComponent(slug)}`]
          : this.#request('list');
      }
      case 'nextPage':
        return this.#nextPage
          ? [
              'nextPage',
              `${this.#listPath}&cursor=${encodeURIComponent(this.#nextPage)}`,
            ]
          : this.#request('list');
      case 'search': {
        const text = oneOf(this.#journey.searches, this.#random) ?? 'oak';
        this.#listPath = `/products?limit=24&q=${encodeURIComponent(text)}`;
        return ['search', this.#listPath];
      }
      case 'list': {
        const category = oneOf(this.#shop.categories, this.#random);
        this.#listPath = category
          ? `/products?limit=24&category=${encodeURIComponent(category)}`
          : '/products?limit=24';
        return ['list', this.#listPath];
      }
      default:
        return ['home', '/categories'];
    }
  }
}

import {
  shoppingJourney,
  pick,
  Visit,
  type Random,
  type Shop,
} from './journey.ts';

function sequence(...values: number[]): Random {
  let index = 0;
  return () => values[index++ % values.length];
}

/** Deterministic and spread out enough for shares. */
function random(): Random {
  let state = 1;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

describe('pick', () => {
  it('chooses by weight', () => {
    const choose = random();
    const counts = { a: 0, b: 0 };
    for (let i = 0; i < 4000; i += 1) {
      counts[pick({ a: 3, b: 1 }, choose)] += 1;
    }
    expect(counts.a / 4000).toBeCloseTo(0.75, 1);
  });

  it('never leaves the choices, even at the edge', () => {
    expect(pick({ a: 1, b: 1 }, () => 0)).toBe('a');
    expect(pick({ a: 1, b: 1 }, () => 0.9999999999)).toBe('b');
  });
});

describe('Visit', () => {
  it('asks for a list before it can ask for a product', () => {
    const shop: Shop = { categories: [], products: [] };
    const visit = new Visit({
      journey: { ...shoppingJourney, entry: { product: 1 } },
      random: sequence(0),
      shop,
    });
    expect(visit.next()).toEqual({
      page: 'list',
      path: '/api/products?limit=24',
      language: 'en',
    });
    visit.learn('list', { items: [{ slug: 'oak-board' }], nextCursor: 'abc=' });
    expect(visit.next()).toMatchObject({
      page: 'product',
      path: '/api/products/oak-board',
    });
    expect(shop.products).toEqual(['oak-board']);
  });

  it('turns pages with the cursor of the page before', () => {
    const visit = new Visit({
      journey: {
        ...shoppingJourney,
        entry: { list: 1 },
        next: { ...shoppingJourney.next, list: { nextPage: 1 } },
      },
      random: () => 0,
      shop: { categories: ['tea'], products: [] },
    });
    expect(visit.next()?.path).toBe('/api/products?limit=24&category=tea');
    visit.learn('list', { items: [], nextCursor: 'a+b' });
    expect(visit.next()).toMatchObject({
      page: 'nextPage',
      path: '/api/products?limit=24&category=tea&cursor=a%2Bb',
    });
  });

  it('buys what it looked at, in the session that the shop began', () => {
    const visit = new Visit({
      journey: {
        ...shoppingJourney,
        entry: { product: 1 },
        next: {
          ...shoppingJourney.next,
          product: { cart: 1 },
          cart: { quote: 1 },
          quote: { order: 1 },
          order: { leave: 1 },
        },
      },
      random: () => 0,
      shop: { categories: [], products: ['oak-board'] },
      key: () => 'key-1',
    });
    expect(visit.next()?.path).toBe('/api/products/oak-board');
    visit.learn('product', { variants: [{ sku: 'OAK-1' }] });
    expect(visit.next()).toMatchObject({
      method: 'PUT',
      path: '/api/cart/lines/OAK-1?currency=EUR&country=DE',
      body: { quantity: 1 },
      cookie: undefined,
    });
    visit.learn('cart', { cartId: 'c1' }, 'sf_session=s1');
    expect(visit.next()).toMatchObject({
      path: '/api/quotes',
      body: { cartId: 'c1' },
      cookie: 'sf_session=s1',
    });
    visit.learn('quote', { quoteId: 'q1' });
    expect(visit.next()).toMatchObject({
      path: '/api/orders',
      body: { quoteId: 'q1', payment: { token: 'tok_approved' } },
      idempotencyKey: 'key-1',
      cookie: 'sf_session=s1',
    });
    visit.learn('order', { orderId: 'o1' });
    expect(visit.next()).toBeUndefined();
  });

  it('survives an answer that is not what it expects', () => {
    const visit = new Visit({
      journey: shoppingJourney,
      random: random(),
      shop: { categories: [], products: [] },
    });
    visit.next();
    for (const answer of [undefined, null, 1, {}, { items: [{ slug: 5 }] }]) {
      visit.learn('home', answer);
      visit.learn('list', answer);
    }
    expect(() => visit.next()).not.toThrow();
  });

  it('leaves after some pages, and thinks between them for a bounded time', () => {
    const choose = random();
    const lengths: number[] = [];
    for (let i = 0; i < 300; i += 1) {
      const visit = new Visit({
        journey: shoppingJourney,
        random: choose,
        shop: { categories: [], products: ['a'] },
      });
      let pages = 0;
      while (visit.next()) {
        pages += 1;
        expect(visit.thinkTimeMs()).toBeLessThanOrEqual(12_000);
      }
      lengths.push(pages);
    }
    const mean = lengths.reduce((sum, n) => sum + n, 0) / lengths.length;
    expect(mean).toBeGreaterThan(3);
    expect(mean).toBeLessThan(15);
  });
});

import { setTimeout as delay } from 'node:timers/promises';
import type { Drill } from '../Drill.ts';
import { EdgeShopper } from '../shopper/EdgeShopper.ts';
import { expectStatus, type Answer } from '../shopper/http.ts';
import { withSettings } from '../stack/withSettings.ts';
import { eventually } from './eventually.ts';
import { percentile } from './percentile.ts';

const PAGES = 8;
const ROUNDS = 12;
/** Remembered so shortly that everything is soon old. */
const REMEMBERED_MS = 200;

/** The answer without what may differ between two of them. */
function content({ body }: Answer): string {
  const { availability, unavailable, ...product } = body;
  return JSON.stringify(product);
}

/** The service behind most pages is gone. */
export const productsDown: Drill = {
  name: 'products-down',
  title:
    'Products is killed: home, lists and product pages come from the cache, search and carts go on, and all is well again by itself',
  async run({ stack, say, figure, check }) {
    await withSettings(
      stack,
      {
        storefront: {
          READ_FRESH_MS: String(REMEMBERED_MS),
          READ_STALE_MS: String(REMEMBERED_MS),
        },
        cart: { CART_PRICE_TTL_MS: String(REMEMBERED_MS) },
      },
      async () => {
        const products = stack.service('products');
        const shopper = new EdgeShopper(stack.service('storefront').url);
        const list = expectStatus(
          await shopper.get(`/api/products?limit=${PAGES + 1}`),
          200,
        );
        const [unseen, ...seen] = list.body.items as { slug: string }[];
        const paths = [
          '/api/home',
          `/api/products?limit=${PAGES + 1}`,
          '/api/categories',
          ...seen.map(({ slug }) => `/api/products/${slug}`),
        ];
        const before = new Map<string, Answer>();
        for (const path of paths) {
          before.set(path, expectStatus(await shopper.get(path), 200));
        }
        const [first, second] = seen.map(
          ({ slug }) =>
            before.get(`/api/products/${slug}`)!.body.variants[0].sku as string,
        );
        expectStatus(await shopper.createCart(), 200, 201);
        expectStatus(await shopper.setLine({ sku: first, quantity: 1 }), 200);
        const word = '/api/search?q=tea';
        const found = expectStatus(await shopper.get(word), 200);

        say('products is killed');
        await products.kill();
        // The pages may all be asked for before the last price in the cart is old.
        await delay(REMEMBERED_MS);
        const took: number[] = [];
        const answers: { path: string; answer: Answer }[] = [];
        for (let round = 0; round < ROUNDS; round += 1) {
          await Promise.all(
            paths.map(async path => {
              const startedAt = performance.now();
              const answer = await shopper.get(path);
              took.push(performance.now() - startedAt);
              answers.push({ path, answer });
            }),
          );
        }
        const bad = answers.filter(({ answer }) => answer.status !== 200);
        const changed = answers.filter(
          ({ path, answer }) =>
            answer.status === 200 &&
            content(answer) !== content(before.get(path)!),
        );
        figure('pages asked for without products', answers.length);
        figure('P95', `${percentile(took, 0.95)} ms`);
        figure('slowest', `${percentile(took, 1)} ms`);
        check(
          'every page that was seen before is answered',
          bad.length === 0,
          JSON.stringify(
            bad.slice(0, 3).map(({ path, answer }) => [path, answer.status]),
          ),
        );
        check(
          'with what it said before',
          changed.length === 0,
          JSON.stringify(changed.slice(0, 3).map(({ path }) => path)),
        );
        check(
          'nobody waits for what is not there',
          percentile(took, 1) < 2500,
          `${percentile(took, 1)} ms`,
        );
        const foundNow = await shopper.get(word);
        check(
          'search finds as before',
          foundNow.status === 200 &&
            found.body.items.length > 0 &&
            foundNow.body.items.length === found.body.items.length,
          `${foundNow.status}, ${foundNow.body.items?.length} of ${found.body.items.length}`,
        );
        const cart = await shopper.get('/api/cart');
        check(
          'the cart shows its line with the last price, marked as old',
          cart.status === 200 &&
            cart.body.lines[0].priceStale === true &&
            cart.body.subtotal.amount > 0,
          JSON.stringify(cart.body),
        );
        const more = await shopper.setLine({ sku: first, quantity: 2 });
        check(
          'a line that is known can be changed',
          more.status === 200 && more.body.lines[0].quantity === 2,
          JSON.stringify(more.body),
        );
        const stranger = await shopper.setLine({ sku: second, quantity: 1 });
        const unseenPage = await shopper.get(`/api/products/${unseen.slug}`);
        // Cart says that nothing was done, so the shopper may simply try again later.
        for (const [what, answer, status, code] of [
          [
            'a product that was never put into a cart',
            stranger,
            503,
            'cart-unavailable',
          ],
          [
            'a page that was never seen',
            unseenPage,
            503,
            'products-unavailable',
          ],
        ] as const) {
          check(
            `${what} is refused for now, and says so`,
            answer.status === status && answer.body.code === code,
            `${answer.status} ${JSON.stringify(answer.body)}`,
          );
        }
        const unchanged = await shopper.get('/api/cart');
        check(
          'what was refused is not in the cart',
          unchanged.body.lines.length === 1,
          JSON.stringify(unchanged.body),
        );

        say('products comes back');
        products.launch();
        await products.untilReady();
        const readyAt = performance.now();
        const page = await eventually(
          () => shopper.get(`/api/products/${unseen.slug}`),
          ({ status }) => status === 200,
          { withinMs: 15_000, everyMs: 100 },
        );
        const cartAgain = await eventually(
          () => shopper.get('/api/cart'),
          ({ status, body }) => status === 200 && !body.lines[0].priceStale,
          { withinMs: 15_000, everyMs: 100 },
        );
        figure(
          'whole again after',
          `${Math.round(performance.now() - readyAt)} ms`,
        );
        check(
          'the page that was never seen is there',
          page.status === 200,
          `${page.status}`,
        );
        check(
          'the price in the cart is of now',
          cartAgain.status === 200 && !cartAgain.body.lines[0].priceStale,
          JSON.stringify(cartAgain.body),
        );
      },
    );
  },
};

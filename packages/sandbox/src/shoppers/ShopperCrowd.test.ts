import { shoppingJourney } from './journey.ts';
import { type Answer, ShopperCrowd } from './ShopperCrowd.ts';

function random() {
  let state = 7;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

/** A crowd on a clock that the test moves. */
function createCrowd(options: {
  rate: number;
  maxOpen?: number;
  answer?: () => Promise<Answer>;
}) {
  let now = 0;
  const paths: string[] = [];
  const crowd = new ShopperCrowd({
    journey: shoppingJourney,
    rate: options.rate,
    maxOpen: options.maxOpen,
    random: random(),
    now: () => now,
    fetch: async ({ path }) => {
      paths.push(path);
      return options.answer
        ? options.answer()
        : {
            status: 200,
            version: 'v1',
            body: {
              items: [{ slug: 'a' }],
              categories: { items: [{ slug: 'b', children: [] }] },
              variants: [{ sku: 'A-1' }],
              cartId: 'cart-1',
              quoteId: 'quote-1',
            },
          };
    },
  });
  return {
    crowd,
    paths,
    async pass(ms: number, stepMs = 10) {
      for (let passed = 0; passed < ms; passed += stepMs) {
        now += stepMs;
        crowd.tick();
        await new Promise(resolve => setImmediate(resolve));
      }
    },
  };
}

describe('ShopperCrowd', () => {
  it('begins requests at the rate it is given', async () => {
    const { crowd, pass } = createCrowd({ rate: 50 });
    await pass(20_000);
    const report = crowd.report();
    expect(report.started / 20).toBeGreaterThan(45);
    expect(report.started / 20).toBeLessThan(55);
    expect(report).toMatchObject({ failed: 0, refused: 0, dropped: 0 });
    expect(report.versions).toEqual({ v1: report.answered });
  });

  it('visits every kind of page', async () => {
    const { paths, pass } = createCrowd({ rate: 20 });
    await pass(120_000, 50);
    for (const kind of [
      /^\/api\/home$/,
      /^\/api\/products\?limit=24$/,
      /^\/api\/search\?.*q=/,
      /category=/,
      /^\/api\/products\/a$/,
      /^\/api\/cart\/lines\/A-1/,
      /^\/api\/quotes$/,
      /^\/api\/orders$/,
    ]) {
      expect(paths.some(path => kind.test(path))).toBe(true);
    }
  });

  it('keeps coming however slow the shop is, up to a bound that it reports', async () => {
    const { crowd, pass } = createCrowd({
      rate: 100,
      maxOpen: 30,
      answer: () => new Promise(() => {}),
    });
    await pass(2000);
    expect(crowd.open).toBe(30);
    expect(crowd.report().dropped).toBeGreaterThan(100);
  });

  it('counts answers of 500, answers of 400 and no answer apart, and goes on', async () => {
    let turn = 0;
    const { crowd, pass } = createCrowd({
      rate: 30,
      answer: async () => {
        turn += 1;
        if (turn % 3 === 0) {
          throw Object.assign(new Error('reset'), { code: 'ECONNRESET' });
        }
        return {
          status: turn % 3 === 1 ? 503 : 404,
          version: undefined,
          body: undefined,
        };
      },
    });
    await pass(3000);
    const { answered, failed, refused, lastError } = crowd.report();
    expect(answered).toBeGreaterThan(30);
    expect(failed + refused).toBe(turn);
    expect(failed).toBeGreaterThan(refused);
    expect(lastError).toMatch(/(ECONNRESET|503|404) for \//);
  });
});

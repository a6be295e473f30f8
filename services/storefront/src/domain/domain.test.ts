import fc from 'fast-check';
import { composeHome } from './composeHome.ts';
import { composeProduct, productIn, skusOf } from './composeProduct.ts';
import { chooseEncoding, chooseLanguage, remembered } from './negotiation.ts';
import { clientAddress, isOwnRequest, safeReturnPath } from './origins.ts';
import { canonicalQuery, wantsFresh } from './readKey.ts';

describe('negotiation', () => {
  it.each([
    [undefined, 'en'],
    ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
    ['en;q=0.5, zh;q=0.4', 'en'],
    ['fr, zh;q=0.1', 'zh'],
    ['fr', 'en'],
    ['*', 'en'],
    ['zh;q=0', 'en'],
    ['ZH', 'zh'],
    [';;,,=', 'en'],
  ])('Accept-Language %j means %s', (header, language) => {
    expect(chooseLanguage(header)).toBe(language);
  });

  it.each([
    [undefined, 'identity'],
    ['', 'identity'],
    ['gzip, deflate, br', 'br'],
    ['gzip', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['*', 'br'],
    ['*;q=0', 'identity'],
    ['gzip;q=0, *', 'br'],
    ['deflate', 'identity'],
    ['GZIP', 'gzip'],
  ])('Accept-Encoding %j allows %s', (header, encoding) => {
    expect(chooseEncoding(header)).toBe(encoding);
  });

  it('is remembered by header, within a bound', () => {
    let asked = 0;
    const choose = remembered(header => {
      asked += 1;
      return `${header}!`;
    }, 2);
    expect([choose('a'), choose('a'), choose(undefined)]).toEqual([
      'a!',
      'a!',
      'undefined!',
    ]);
    expect(asked).toBe(2);
    choose('b');
    choose('c');
    choose('d');
    expect(choose('a')).toBe('a!');
    expect(asked).toBe(6);
  });
});

describe('isOwnRequest', () => {
  const none = new Set<string>();

  it('lets every read through', () => {
    for (const method of ['GET', 'HEAD', 'OPTIONS']) {
      expect(
        isOwnRequest({ method, origin: 'https://evil.example' }, none),
      ).toBe(true);
    }
  });

  it('compares with the host that was asked when no address is configured', () => {
    const write = { method: 'POST', host: 'shop.localhost:8080' };
    expect(
      isOwnRequest({ ...write, origin: 'http://shop.localhost:8080' }, none),
    ).toBe(true);
    expect(
      isOwnRequest({ ...write, origin: 'http://shop.localhost' }, none),
    ).toBe(false);
    expect(isOwnRequest({ ...write, origin: 'null' }, none)).toBe(false);
  });

  it('lets no header make up for a foreign origin', () => {
    expect(
      isOwnRequest(
        {
          method: 'POST',
          origin: 'https://evil.example',
          fetchSite: 'same-origin',
          shopRequest: '1',
        },
        none,
      ),
    ).toBe(false);
  });
});

describe('safeReturnPath', () => {
  it.each([
    [undefined, '/'],
    ['/basket?a=b#c', '/basket?a=b#c'],
    ['/', '/'],
    ['basket', '/'],
    ['//evil.example', '/'],
    ['/\\evil.example', '/'],
    ['/a\\b', '/'],
    ['/a\nb', '/'],
    ['/\tevil', '/'],
    ['https://evil.example', '/'],
    [`/${'a'.repeat(500)}`, '/'],
  ])('of %j is %s', (given, expected) => {
    expect(safeReturnPath(given)).toBe(expected);
  });

  it('never leaves the shop, whatever is given', () => {
    fc.assert(
      fc.property(fc.string(), given => {
        const url = new URL(safeReturnPath(given), 'https://shop.example');
        expect(url.origin).toBe('https://shop.example');
      }),
    );
  });
});

describe('clientAddress', () => {
  const of = (forwardedFor: string | undefined, trustedHops: number) =>
    clientAddress({ forwardedFor, socketAddress: 'socket', trustedHops });

  it.each([
    [undefined, 1, 'socket'],
    ['1.1.1.1', 1, '1.1.1.1'],
    ['6.6.6.6, 1.1.1.1', 1, '1.1.1.1'],
    ['6.6.6.6, 1.1.1.1, 2.2.2.2', 2, '1.1.1.1'],
    ['1.1.1.1', 2, 'socket'],
    ['1.1.1.1', 0, 'socket'],
    ['', 1, 'socket'],
    ['x'.repeat(65), 1, 'socket'],
  ])('of %j behind %i proxies is %s', (header, hops, expected) => {
    expect(of(header, hops)).toBe(expected);
  });
});

describe('canonicalQuery', () => {
  it('is one text for equal queries', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(
          fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.string()),
          {
            selector: ([name]) => name,
          },
        ),
        pairs => {
          const clean = pairs.map(([name, value]): [string, string] => [
            name,
            value.replaceAll('\0', '').slice(0, 20),
          ]);
          const all = ['a', 'b', 'c', 'd'];
          const text = canonicalQuery(Object.fromEntries(clean), all);
          expect(
            canonicalQuery(Object.fromEntries([...clean].reverse()), all),
          ).toBe(text);
          expect(Object.fromEntries(new URLSearchParams(text))).toEqual(
            Object.fromEntries(clean),
          );
        },
      ),
    );
  });

  it('names everything that is wrong', () => {
    expect(() => canonicalQuery({ x: '1', a: 'b\0', y: '2' }, ['a'])).toThrow(
      expect.objectContaining({
        fields: [
          { in: 'query', field: 'a', message: 'must not contain NUL' },
          { in: 'query', field: 'x', message: 'is not known here' },
          { in: 'query', field: 'y', message: 'is not known here' },
        ],
      }),
    );
  });
});

describe('wantsFresh', () => {
  it.each([
    [undefined, false],
    ['no-cache', true],
    ['max-age=0, No-Store', true],
    ['no-cachet', false],
    ['max-age=0', false],
  ])('of %j is %p', (header, expected) => {
    expect(wantsFresh(header)).toBe(expected);
  });
});

describe('composing by bytes', () => {
  it('is the same as composing by value', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }),
        product => {
          const plain = JSON.parse(JSON.stringify({ ...product, id: 1 }));
          const availability = [
            { sku: 'a"b', available: 1, state: 'low' as const },
          ];
          expect(
            JSON.parse(
              composeProduct(
                Buffer.from(JSON.stringify(plain)),
                availability,
              ).toString(),
            ),
          ).toEqual({ ...plain, availability });
        },
      ),
    );
  });

  it('finds the product again in what was made of it', () => {
    const product = Buffer.from('{"slug":"teapot","name":"茶壶"}');
    for (const stock of [
      undefined,
      [{ sku: 'a', available: 1, state: 'low' as const }],
    ]) {
      const composed = composeProduct(product, stock);
      expect(productIn(composed, product.length)).toEqual(product);
      expect(composed).toEqual(composeProduct(product, stock));
    }
  });

  it('refuses what is no object', () => {
    for (const text of ['', '{}', '[1]', '{"a":1}\n']) {
      expect(() => composeProduct(Buffer.from(text), undefined)).toThrow(
        'must be a JSON object',
      );
    }
  });

  it('finds SKUs, and none in what has none', () => {
    const of = (value: unknown) => skusOf(Buffer.from(JSON.stringify(value)));
    expect(of({ variants: [{ sku: 'a' }, {}, { sku: 1 }] })).toEqual(['a']);
    expect(of({})).toEqual([]);
  });

  it('puts a home page together from what there is', () => {
    expect(JSON.parse(composeHome({}).toString())).toEqual({
      unavailable: ['categories', 'newest', 'featured'],
    });
    expect(
      JSON.parse(
        composeHome({ newest: Buffer.from('{"items":[]}') }).toString(),
      ),
    ).toEqual({
      newest: { items: [] },
      unavailable: ['categories', 'featured'],
    });
  });
});

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A price of the neighbour `products`: minor units by currency. */
export type TestPrices = Record<string, number>;

/**
 * Products and inventory as cart sees them: a real HTTP server that answers
 * `/lookups` and `/availability` by docs/reference/shop.md.
 */
export class Neighbours {
  readonly #server: Server;
  /** Prices by SKU. */
  readonly prices = new Map<string, TestPrices>();
  /** Units by SKU. */
  readonly stock = new Map<string, number>();
  readonly calls: { path: string; body: any }[] = [];
  productsDown = false;
  inventoryDown = false;

  static async start(): Promise<Neighbours> {
    const neighbours = new Neighbours();
    neighbours.#server.listen(0, '127.0.0.1');
    await once(neighbours.#server, 'listening');
    return neighbours;
  }

  private constructor() {
    this.#server = createServer(async (request, response) => {
      let text = '';
      for await (const chunk of request) {
        text += chunk;
      }
      const body = JSON.parse(text || '{}');
      const path = request.url!;
      this.calls.push({ path, body });
      const down = path === '/lookups' ? this.productsDown : this.inventoryDown;
      response.statusCode = down ? 503 : 200;
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify(
          path === '/lookups' ? this.#lookups(body) : this.#stockOf(body),
        ),
      );
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  count(path: string): number {
    return this.calls.filter(call => call.path === path).length;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #lookups({ skus, currency }: { skus: string[]; currency: string }) {
    return {
      pricesIncludeTax: true,
      items: skus.flatMap(sku => {
        const amount = this.prices.get(sku)?.[currency];
        return amount === undefined
          ? []
          : [
              {
                sku,
                productId: '0198c0de-0000-7000-8000-000000000001',
                slug: sku.toLowerCase(),
                name: { en: `Thing ${sku}`, zh: `东西 ${sku}` },
                price: { amount, currency },
                taxCategory: 'standard',
                weightGrams: 100,
                sample: true,
              },
            ];
      }),
    };
  }

  #stockOf({ skus }: { skus: string[] }) {
    return {
      items: skus.flatMap(sku => {
        const available = this.stock.get(sku);
        return available === undefined
          ? []
          : [{ sku, available, state: available > 0 ? 'in-stock' : 'out' }];
      }),
    };
  }
}

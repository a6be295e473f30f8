import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DATA_HOLDERS, type DataHolder } from '../domain/services.ts';

/**
 * The services that hold data, as customers sees them: a real HTTP server that
 * answers `/exports/:customerId` and `/claims` by docs/reference/shop.md, each
 * service under its own base path.
 */
export class Neighbours {
  readonly #server: Server;
  readonly down = new Set<DataHolder>();
  readonly calls: string[] = [];
  /** Guest orders by e-mail. */
  readonly guestOrders = new Map<string, string[]>();
  /** Held until it is called, to kill a worker in the middle. */
  gate: Promise<void> | undefined;

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
      const [, service, kind, id] = request.url!.split('/');
      this.calls.push(`${request.method} ${request.url}`);
      await this.gate;
      response.setHeader('content-type', 'application/json');
      if (this.down.has(service as DataHolder)) {
        response.statusCode = 503;
        response.end('{}');
      } else if (kind === 'claims') {
        const { email } = JSON.parse(text);
        const orderIds = this.guestOrders.get(email) ?? [];
        this.guestOrders.delete(email);
        response.end(JSON.stringify({ orderIds }));
      } else {
        response.end(
          JSON.stringify({
            service,
            records: { of: decodeURIComponent(id), from: service },
          }),
        );
      }
    });
  }

  urlOf(service: DataHolder): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}/${service}`;
  }

  /** Environment that lets the program find every service here. */
  get env(): Record<string, string> {
    return Object.fromEntries(
      DATA_HOLDERS.map(service => [
        `${service.toUpperCase()}_URL`,
        this.urlOf(service),
      ]),
    );
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that a neighbour received. */
export interface Received {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  body: string;
}

/** What a neighbour answers. */
export interface Answer {
  status?: number;
  headers?: Record<string, string | undefined>;
  /** Text goes as it is, anything else as JSON. */
  body?: unknown;
}

type Handler = (request: Received) => Answer | Promise<Answer> | undefined;

/**
 * The services behind the storefront, as one real HTTP server: each has a path of its
 * own (`/products/…`) as its base URL.
 */
export class TestShop {
  readonly #server: Server;
  readonly #handlers = new Map<string, Handler>();
  readonly #down = new Set<string>();
  readonly received: Record<string, Received[]> = {};

  static async start(): Promise<TestShop> {
    const shop = new TestShop();
    await new Promise<void>(resolve => {
      shop.#server.listen(0, '127.0.0.1', resolve);
    });
    return shop;
  }

  private constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', chunk => chunks.push(chunk));
      request.on('end', () => {
        void this.#answer(request, response, Buffer.concat(chunks).toString());
      });
    });
  }

  /** Base URL of a service. */
  urlOf(service: string): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}/${service}`;
  }

  /** Says how a service answers. */
  answers(service: string, handler: Handler): void {
    this.#handlers.set(service, handler);
  }

  /** From now on a service cuts every connection, or no more. */
  down(service: string, isDown = true): void {
    if (isDown) {
      this.#down.add(service);
    } else {
      this.#down.delete(service);
    }
  }

  /** Requests that a service received so far. */
  of(service: string): Received[] {
    return (this.received[service] ??= []);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise(resolve => {
      this.#server.close(resolve);
    });
  }

  async #answer(
    request: IncomingMessage,
    response: ServerResponse,
    body: string,
  ): Promise<void> {
    const [, service, rest] = /^\/([a-z-]+)(\/.*)$/.exec(request.url!)!;
    const received = {
      method: request.method!,
      path: rest,
      headers: request.headers,
      body,
    };
    this.of(service).push(received);
    if (this.#down.has(service)) {
      request.socket.destroy();
      return;
    }
    const answer = (await this.#handlers.get(service)?.(received)) ?? {
      status: 404,
      body: { status: 404, code: 'no-such-route', title: 'Not found' },
    };
    const { status = 200, headers = {} } = answer;
    response.writeHead(status, {
      'content-type':
        status < 400 ? 'application/json' : 'application/problem+json',
      ...headers,
    });
    response.end(
      typeof answer.body === 'string' || answer.body === undefined
        ? answer.body
        : JSON.stringify(answer.body),
    );
  }
}

import { once } from 'node:events';
import { createServer, IncomingMessage, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import {
  DestinationRule,
  VirtualService,
} from '@shopfloor/plugin-traffic-common';

const HOST = 'products.production.svc.cluster.local';

function routeOf(v2: number): VirtualService {
  return {
    metadata: { name: 'products', namespace: 'production' },
    spec: {
      hosts: [HOST],
      http: [
        {
          timeout: '2s',
          route: [
            { destination: { host: HOST, subset: 'v1' }, weight: 100 - v2 },
            { destination: { host: HOST, subset: 'v2' }, weight: v2 },
          ],
        },
      ],
    },
  };
}

const destinationRule: DestinationRule = {
  metadata: { name: 'products', namespace: 'production' },
  spec: {
    host: HOST,
    subsets: [
      { name: 'v1', labels: { version: 'v1' } },
      { name: 'v2', labels: { version: 'v2' } },
    ],
  },
};

/**
 * Answers for the two objects of `products` as an API server does: optimistic locking, impersonation, who may patch. What a
 * real one does with a change is tested in `plugin.test.ts`; here it has to fail at chosen moments.
 */
export class ApiServer {
  readonly #server: Server;
  #version = 41;
  route: VirtualService = routeOf(0);
  /** Groups that may change the route. */
  writers = ['shopfloor:merchandising-team'];
  /** Writes that were taken, with who was impersonated. */
  writes: Array<{ user: string; weights: number[] }> = [];
  /** What becomes of the next requests: they are cut before, or after, they are done. */
  cut: 'never' | 'all' | 'write-before' | 'write-after' = 'never';

  static async start(): Promise<ApiServer> {
    const api = new ApiServer();
    api.#server.listen(0, '127.0.0.1');
    await once(api.#server, 'listening');
    return api;
  }

  private constructor() {
    this.#server = createServer((req, res) => {
      let text = '';
      req.on('data', chunk => (text += chunk));
      req.on('end', () => {
        const answer = this.#answer(req, text);
        if (!answer) {
          req.socket.destroy();
          return;
        }
        res.writeHead(answer.code, { 'content-type': 'application/json' });
        res.end(JSON.stringify(answer.body));
      });
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get version(): string {
    return String(this.#version);
  }

  get weights(): number[] {
    return this.route.spec.http![0].route!.map(({ weight }) => weight ?? 0);
  }

  /** Somebody else changes the route. */
  change(labels: Record<string, string>): void {
    this.#save({ ...this.route.metadata.labels, ...labels });
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise(done => this.#server.close(done));
  }

  #save(labels?: Record<string, string>): void {
    this.#version += 1;
    Object.assign(this.route.metadata, {
      resourceVersion: String(this.#version),
      ...(labels && { labels }),
    });
  }

  #answer(
    { method, url, headers }: IncomingMessage,
    text: string,
  ): { code: number; body: object } | undefined {
    const { pathname, searchParams } = new URL(url!, 'http://api.test');
    if (this.cut === 'all') {
      return undefined;
    }
    this.route.metadata.resourceVersion = String(this.#version);
    if (method === 'GET') {
      return {
        code: 200,
        body: pathname.includes('/destinationrules/')
          ? destinationRule
          : this.route,
      };
    }
    const groups = [headers['impersonate-group'] ?? []]
      .flat()
      .flatMap(value => value.split(', '));
    if (!this.writers.some(group => groups.includes(group))) {
      return refuse(403, 'Forbidden', 'may not patch virtualservices');
    }
    const body = JSON.parse(text);
    if (body.metadata.resourceVersion !== String(this.#version)) {
      return refuse(409, 'Conflict', 'the object has been modified');
    }
    if (searchParams.get('dryRun')) {
      return { code: 200, body: this.route };
    }
    if (this.cut === 'write-before') {
      return undefined;
    }
    this.route = structuredClone(this.route);
    this.route.spec.http = body.spec.http;
    this.#save();
    this.route.metadata.managedFields = [
      {
        manager: searchParams.get('fieldManager')!,
        operation: 'Apply',
        time: new Date().toISOString(),
      },
    ];
    this.writes.push({
      user: String(headers['impersonate-user']),
      weights: this.weights,
    });
    return this.cut === 'write-after'
      ? undefined
      : { code: 200, body: this.route };
  }
}

function refuse(code: number, reason: string, message: string) {
  return { code, body: { kind: 'Status', code, reason, message } };
}

import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ServiceApp } from '../http/createServiceApp.ts';

/** A request of a test. */
export interface TestRequest {
  method?: string;
  url: string;
  headers?: Record<string, string>;
  /** Objects are sent as JSON, text as it is. */
  payload?: unknown;
}

/** What came back. */
export interface TestResponse {
  statusCode: number;
  headers: IncomingHttpHeaders;
  body: string;
  json: () => any;
}

/**
 * Sends requests over a real connection. Fastify's `inject` is not used: it leaves
 * out the very layer that timeouts and connections live in, and its dependencies
 * do not load under Jest's ES modules.
 */
export class HttpClient {
  readonly #port: number;

  /** Listens on a free loopback port; `app.close()` ends it. */
  static async listen(app: ServiceApp): Promise<HttpClient> {
    await app.listen({ host: '127.0.0.1', port: 0 });
    return new HttpClient((app.server.address() as AddressInfo).port);
  }

  constructor(port: number) {
    this.#port = port;
  }

  get port(): number {
    return this.#port;
  }

  async request(options: TestRequest | string): Promise<TestResponse> {
    const {
      method = 'GET',
      url,
      payload,
      ...rest
    } = typeof options === 'string' ? { url: options } : options;
    const headers: Record<string, string> = { ...rest.headers };
    if (payload !== undefined && !headers['content-type']) {
      headers['content-type'] = 'application/json';
    }
    const bytes =
      payload === undefined || typeof payload === 'string'
        ? payload
        : JSON.stringify(payload);
    return new Promise((resolve, reject) => {
      const request = httpRequest(
        { host: '127.0.0.1', port: this.#port, method, path: url, headers },
        response => {
          let body = '';
          response.setEncoding('utf8');
          response.on('data', chunk => {
            body += chunk;
          });
          response.on('error', reject);
          response.on('end', () =>
            resolve({
              statusCode: response.statusCode!,
              headers: response.headers,
              body,
              json: () => JSON.parse(body),
            }),
          );
        },
      );
      request.on('error', reject);
      request.end(bytes);
    });
  }
}

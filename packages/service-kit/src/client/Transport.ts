import { Pool } from 'undici';
import { failureOfConnection } from './attempt.ts';
import { proxyFor } from './proxy.ts';

/** One request as it goes over the wire. */
export interface WireRequest {
  method: string;
  /** Path with query, beginning with `/`. */
  path: string;
  headers: Record<string, string>;
  body?: string | Buffer;
  signal: AbortSignal;
}

/** One answer as it came. */
export interface WireResponse {
  status: number;
  /** By lower-case name; several of one name are joined. */
  headers: Record<string, string>;
  body: Buffer;
}

/** Options of {@link Transport}. */
export interface TransportOptions {
  baseUrl: string;
  connections: number;
  connectTimeoutMs: number;
  maxResponseBytes: number;
  env: Record<string, string | undefined>;
}

function flatten(
  headers: Record<string, string | string[] | undefined>,
): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) {
      flat[name] = typeof value === 'string' ? value : value.join(', ');
    }
  }
  return flat;
}

/** A pool of kept-alive connections to one origin, through the proxy where there is one. */
export class Transport {
  readonly #pool: Pool;
  /** Put before each path: the target's origin when a proxy is asked, and the base URL's own path. */
  readonly #prefix: string;
  readonly #host: string;

  static create(options: TransportOptions): Transport {
    return new Transport(options);
  }

  private constructor(options: TransportOptions) {
    const url = new URL(options.baseUrl);
    const proxy = proxyFor(url, options.env);
    const basePath = url.pathname.replace(/\/+$/, '');
    this.#prefix = proxy ? `${url.origin}${basePath}` : basePath;
    this.#host = url.host;
    this.#pool = new Pool((proxy ?? url).origin, {
      connections: options.connections,
      pipelining: 1,
      // Shorter than servers of the kit (72 s) and Envoy (1 h) keep an idle connection.
      keepAliveTimeout: 30_000,
      keepAliveMaxTimeout: 60_000,
      connectTimeout: options.connectTimeoutMs,
      // The signal of each request is the only bound.
      headersTimeout: 0,
      bodyTimeout: 0,
      maxResponseSize: options.maxResponseBytes,
    });
  }

  /** @throws AttemptFailure when the connection fails; the signal's reason when it is aborted */
  async send(request: WireRequest): Promise<WireResponse> {
    const { signal } = request;
    try {
      const response = await this.#pool.request({
        method: request.method,
        path: this.#prefix + request.path,
        headers: { host: this.#host, ...request.headers },
        body: request.body,
        signal,
      });
      return {
        status: response.statusCode,
        headers: flatten(response.headers),
        body: Buffer.from(await response.body.arrayBuffer()),
      };
    } catch (error) {
      throw signal.aborted ? signal.reason : failureOfConnection(error);
    }
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }
}

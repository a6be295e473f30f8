import { Transport } from './Transport.ts';

/** Options of {@link fetchJson}. */
export interface FetchJsonOptions {
  timeoutMs?: number;
  maxBytes?: number;
  /** Where `HTTP_PROXY` and `NO_PROXY` are read. Default `process.env`. */
  env?: Record<string, string | undefined>;
}

/**
 * Reads a JSON document that seldom changes, such as a key set, through the proxy
 * where there is one. For calls of services there is `ServiceClient`.
 *
 * @throws Error when it cannot be had or is not JSON
 */
export async function fetchJson(
  address: string,
  options: FetchJsonOptions = {},
): Promise<unknown> {
  const { timeoutMs = 3000 } = options;
  const url = new URL(address);
  const transport = Transport.create({
    baseUrl: url.origin,
    connections: 1,
    connectTimeoutMs: timeoutMs,
    maxResponseBytes: options.maxBytes ?? 256 * 1024,
    env: options.env ?? process.env,
  });
  try {
    const { status, body } = await transport.send({
      method: 'GET',
      path: url.pathname + url.search,
      headers: { accept: 'application/json' },
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (status !== 200) {
      throw new Error(`${url.origin}${url.pathname} answered ${status}`);
    }
    return JSON.parse(body.toString('utf8'));
  } finally {
    await transport.close();
  }
}

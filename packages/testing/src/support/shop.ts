import { request as httpRequest } from 'node:http';

/** One answer of the shop, as a shopper gets it. */
export interface ShopAnswer {
  status: number;
  /** Version of products that answered, header `x-products-version`; none when the storefront had the answer already. */
  version: string | undefined;
  body: string;
}

/**
 * Asks the shop through the gateway.
 *
 * The host is sent as a header and the address is the loopback, since not every resolver knows names under `.localhost`.
 */
export function askShop(
  path: string,
  headers: Record<string, string> = {},
): Promise<ShopAnswer> {
  const url = new URL(requiredEnv('SHOPFLOOR_TEST_GATEWAY_URL'));
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      {
        host: '127.0.0.1',
        port: url.port,
        path,
        headers: { host: url.host, ...headers },
        agent: false,
        // Longer than any deadline of the shop, also where the machine is busy.
        timeout: 15_000,
      },
      response => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', chunk => (body += chunk));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            version: response.headers['x-products-version']?.toString(),
            body,
          }),
        );
      },
    );
    request.on('timeout', () => request.destroy(new Error('timed out')));
    request.on('error', reject);
    request.end();
  });
}

/** Asks `count` times, a few at once, and counts the answers of each version. */
export async function countVersions(
  count: number,
): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  const batch = 20;
  for (let done = 0; done < count; done += batch) {
    const answers = await Promise.all(
      Array.from({ length: Math.min(batch, count - done) }, () =>
        // Past the storefront's cache, to whichever version the route chooses.
        askShop('/api/products?limit=1', { 'cache-control': 'no-cache' }),
      ),
    );
    for (const answer of answers) {
      const key =
        answer.status === 200 ? (answer.version ?? 'none') : `${answer.status}`;
      counts[key] = (counts[key] ?? 0) + 1;
    }
  }
  return counts;
}

/** @throws Error that names the variable, when a test run does not set it */
export function requiredEnv(name: string): string {
  const value = process.env[name];
  if (!value) {
    throw new Error(`${name} is not set; run the tests through npm test`);
  }
  return value;
}

import { routeFactsOf } from '@shopfloor/service-kit';
import fp from 'fastify-plugin';
import type { ClientLimits } from './ClientLimits.ts';

/** Options of {@link edgePlugin}. */
export interface EdgePluginOptions {
  limits: ClientLimits;
  /** Other origins whose pages may call the API. */
  corsOrigins: ReadonlySet<string>;
  /** Whether the shop's public address is https. */
  secure: boolean;
}

const ALLOWED_HEADERS =
  'accept-language, authorization, content-type, idempotency-key, if-match, if-none-match, x-request-id, x-shop-request';
const EXPOSED_HEADERS =
  'etag, idempotency-replayed, location, retry-after, x-cache, x-products-version, x-request-id';
const PREFLIGHT_SECONDS = '600';

/** What stands before everything else at the edge: security headers, CORS (closed unless configured), limits per client. */
export const edgePlugin = fp<EdgePluginOptions>(
  async (app, { limits, corsOrigins, secure }) => {
    const headers: Record<string, string> = {
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'cross-origin-resource-policy': 'same-site',
      'referrer-policy': 'no-referrer',
      ...(secure && {
        'strict-transport-security': 'max-age=31536000; includeSubDomains',
      }),
    };

    app.addHook('onRequest', (request, reply, done) => {
      if (routeFactsOf(request).probe) {
        done();
        return;
      }
      reply.headers(headers);
      const { origin } = request.headers;
      if (corsOrigins.size > 0) {
        reply.header('vary', 'Origin');
      }
      if (origin !== undefined && corsOrigins.has(origin)) {
        reply.headers({
          'access-control-allow-origin': origin,
          'access-control-allow-credentials': 'true',
          'access-control-expose-headers': EXPOSED_HEADERS,
          'cross-origin-resource-policy': 'cross-origin',
        });
        if (
          request.method === 'OPTIONS' &&
          request.headers['access-control-request-method'] !== undefined
        ) {
          reply
            .code(204)
            .headers({
              'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE',
              'access-control-allow-headers': ALLOWED_HEADERS,
              'access-control-max-age': PREFLIGHT_SECONDS,
            })
            .send();
          return;
        }
      }
      limits.take(request, reply).then(() => done(), done);
    });
  },
  { name: 'storefront-edge' },
);

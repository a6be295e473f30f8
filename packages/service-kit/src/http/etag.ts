import { hash } from 'node:crypto';
import fp from 'fastify-plugin';
import { routeFactsOf } from './routeFacts.ts';

/**
 * Whether an If-None-Match header names this entity tag.
 * Comparison is weak, as RFC 9110 section 13.1.2 asks for GET and HEAD.
 */
export function matchesEtag(header: string, etag: string): boolean {
  if (header.trim() === '*') {
    return true;
  }
  const bare = (tag: string) => tag.trim().replace(/^W\//, '');
  return header.split(',').some(tag => bare(tag) === bare(etag));
}

/** Strong entity tag of the bytes sent. */
export function etagOf(payload: string | Buffer): string {
  return `"${hash('sha1', payload, 'base64url')}"`;
}

/**
 * Gives every successful GET a strong ETag over its bytes and answers 304 to a
 * client that has them. A route that knows a cheaper tag sets the header itself.
 */
export const etagPlugin = fp(
  async app => {
    app.addHook('onSend', (request, reply, payload, done) => {
      if (
        (request.method !== 'GET' && request.method !== 'HEAD') ||
        reply.statusCode !== 200 ||
        (typeof payload !== 'string' && !Buffer.isBuffer(payload)) ||
        routeFactsOf(request).probe
      ) {
        done(null, payload);
        return;
      }
      let etag = reply.getHeader('etag') as string | undefined;
      if (!etag) {
        etag = etagOf(payload);
        reply.header('etag', etag);
      }
      const known = request.headers['if-none-match'];
      if (known && matchesEtag(known, etag)) {
        reply.code(304);
        reply.removeHeader('content-length');
        reply.removeHeader('content-type');
        done(null, null);
        return;
      }
      done(null, payload);
    });
  },
  { name: 'shopfloor-etag' },
);

import type { ServiceClient, WireResponse } from '@shopfloor/service-kit';
import { principalOf } from '@shopfloor/service-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Headers of a request that a service behind gets to see. */
const REQUEST_HEADERS = [
  'accept',
  'accept-language',
  'content-type',
  'idempotency-key',
  'if-match',
  'if-none-match',
];

/** Headers of an answer that the client gets to see. */
const RESPONSE_HEADERS = [
  'cache-control',
  'content-disposition',
  'content-language',
  'content-type',
  'etag',
  'idempotency-replayed',
  'retry-after',
];

/** What is passed on, and where to. */
export interface PassOn {
  client: ServiceClient;
  /** Path of the service with its query. */
  path: string;
  /** Pattern of that path, for metrics. */
  route: string;
  method?: string;
  body?: Buffer | string;
  /** Whether it may be repeated: by default when it only reads or carries a key. */
  safe?: boolean;
}

/** Asks a service in the shopper's name, with the request's own bytes. */
export async function ask(
  request: FastifyRequest,
  target: PassOn,
): Promise<WireResponse> {
  const headers: Record<string, string> = {
    authorization: `Bearer ${principalOf(request).token}`,
  };
  for (const name of REQUEST_HEADERS) {
    const value = request.headers[name];
    if (typeof value === 'string') {
      headers[name] = value;
    }
  }
  const body =
    target.body ?? (Buffer.isBuffer(request.body) ? request.body : undefined);
  if (body === undefined) {
    delete headers['content-type'];
  }
  const method = target.method ?? request.method;
  return target.client.send({
    method,
    path: target.path,
    route: target.route,
    headers,
    body,
    safe:
      target.safe ??
      (method === 'GET' ||
        method === 'HEAD' ||
        method === 'PUT' ||
        method === 'DELETE' ||
        headers['idempotency-key'] !== undefined),
  });
}

/** Gives the client what a service answered, byte for byte, refusals too. */
export function answerWith(
  reply: FastifyReply,
  response: WireResponse,
): FastifyReply {
  reply.code(response.status);
  for (const name of RESPONSE_HEADERS) {
    const value = response.headers[name];
    if (value !== undefined) {
      reply.header(name, value);
    }
  }
  if (reply.getHeader('cache-control') === undefined) {
    // What one shopper sees is for nobody else.
    reply.header('cache-control', 'private, no-store');
  }
  return reply.send(response.body.length > 0 ? response.body : null);
}

/** The query of a request as it was written, with its question mark. */
export function rawQuery(request: FastifyRequest): string {
  const at = request.url.indexOf('?');
  return at < 0 ? '' : request.url.slice(at);
}

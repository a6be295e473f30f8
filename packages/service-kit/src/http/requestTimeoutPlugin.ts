import type { FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { UnavailableError } from '../problems/DomainError.ts';

/** Options of {@link requestTimeoutPlugin}. */
export interface RequestTimeoutPluginOptions {
  requestTimeoutMs: number;
}

/** The request was answered, but its handler may run on. */
export class RequestTimeoutError extends UnavailableError {
  constructor() {
    super({
      code: 'request-timeout',
      message: 'The request took longer than this service allows.',
    });
  }
}

const TIMER = Symbol('request timeout');
type Timed = FastifyRequest & { [TIMER]?: NodeJS.Timeout };

/**
 * Answers 503 when a request takes too long. Fastify's own `handlerTimeout` is not
 * used: it is disarmed by the end of the request's stream, so it never ends a
 * request whose body was read.
 */
export const requestTimeoutPlugin = fp<RequestTimeoutPluginOptions>(
  async (app, { requestTimeoutMs }) => {
    app.addHook('onRequest', (request: Timed, reply, done) => {
      request[TIMER] = setTimeout(() => {
        if (!reply.sent && !reply.raw.headersSent) {
          reply.send(new RequestTimeoutError());
        } else if (!reply.raw.writableEnded) {
          reply.raw.destroy();
        }
      }, requestTimeoutMs);
      done();
    });
    app.addHook('onResponse', (request: Timed, _reply, done) => {
      clearTimeout(request[TIMER]);
      done();
    });
    app.addHook('onRequestAbort', (request: Timed, done) => {
      clearTimeout(request[TIMER]);
      done();
    });
  },
  { name: 'shopfloor-request-timeout' },
);

import { context } from '@opentelemetry/api';
import fp from 'fastify-plugin';
import { routeFactsOf } from '../http/routeFacts.ts';
import {
  InvalidInputError,
  UnavailableError,
} from '../problems/DomainError.ts';
import { LINKED_ROOT } from './linkedContext.ts';
import {
  REQUEST_TIMEOUT_HEADER,
  type RequestContext,
  withRequestContext,
} from './requestContext.ts';

/** Options of {@link requestContextPlugin}. */
export interface RequestContextPluginOptions {
  /** Longest time a request may take, whatever its caller says. */
  requestTimeoutMs: number;
}

function readTimeout(header: string): number {
  const value = /^-?\d{1,9}$/.test(header) ? Number(header) : NaN;
  if (Number.isNaN(value)) {
    throw new InvalidInputError({
      code: 'validation-failed',
      message: `These fields are not valid: ${REQUEST_TIMEOUT_HEADER}.`,
      fields: [
        {
          in: 'header',
          field: REQUEST_TIMEOUT_HEADER,
          message: 'must be a whole number of milliseconds',
        },
      ],
    });
  }
  if (value <= 0) {
    throw new UnavailableError({
      kind: 'timeout',
      code: 'deadline-exceeded',
      message: 'The caller does not wait any more; nothing was done.',
    });
  }
  return value;
}

/**
 * Gives each request its context: id and deadline. A request whose caller has stopped
 * waiting is answered 504 before any work.
 */
export const requestContextPlugin = fp<RequestContextPluginOptions>(
  async (app, { requestTimeoutMs }) => {
    app.addHook('onRequest', (request, _reply, done) => {
      if (routeFactsOf(request).probe) {
        done();
        return;
      }
      const running: RequestContext = {
        requestId: request.id,
        deadlineAt: performance.now() + requestTimeoutMs,
      };
      const header = request.headers[REQUEST_TIMEOUT_HEADER];
      if (header !== undefined) {
        try {
          running.deadlineAt =
            performance.now() +
            Math.min(requestTimeoutMs, readTimeout(String(header)));
        } catch (error) {
          const refuse = () => done(error as Error);
          context.with(request.traceContext ?? LINKED_ROOT, refuse);
          return;
        }
      }
      // The telemetry plugin enters this context again after a body was read.
      request.traceContext = withRequestContext(
        request.traceContext ?? LINKED_ROOT,
        running,
      );
      context.with(request.traceContext, done);
    });
  },
  { name: 'shopfloor-request-context' },
);

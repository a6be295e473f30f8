import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import fp from 'fastify-plugin';
import {
  InvalidInputError,
  UnavailableError,
} from '../problems/DomainError.ts';
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
      if (request.routeOptions.config?.probe) {
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
          done(error as Error);
          return;
        }
      }
      // The telemetry plugin enters this context again after a body was read.
      request.traceContext = withRequestContext(
        request.traceContext ?? ROOT_CONTEXT,
        running,
      );
      context.with(request.traceContext, done);
    });
  },
  { name: 'shopfloor-request-context' },
);

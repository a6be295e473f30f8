import { trace } from '@opentelemetry/api';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { describeValidation } from '../http/validation.ts';
import type { ServiceMetrics } from '../metrics/ServiceMetrics.ts';
import { DomainError } from './DomainError.ts';
import { NOT_DONE_HEADER } from './notDone.ts';
import {
  PROBLEM_MEDIA_TYPE,
  type ProblemDocument,
  problemOfError,
  problemOfFields,
  problemOfStatus,
} from './problemDocument.ts';

/** Options of {@link problemsPlugin}. */
export interface ProblemsPluginOptions {
  metrics: ServiceMetrics;
}

/** Answers with a problem document. */
export function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  problem: ProblemDocument,
): FastifyReply {
  const traceId = request.traceContext
    ? trace.getSpanContext(request.traceContext)?.traceId
    : undefined;
  const document: ProblemDocument = {
    ...problem,
    instance: request.url.split('?', 1)[0],
    requestId: request.id,
    traceId,
  };
  // Text, so that no response schema of the route applies to it.
  return reply
    .code(problem.status)
    .header('cache-control', 'no-store')
    .type(PROBLEM_MEDIA_TYPE)
    .send(JSON.stringify(document));
}

/** Turns everything thrown, and everything unmatched, into problem documents. */
export const problemsPlugin = fp<ProblemsPluginOptions>(
  async (app, { metrics }) => {
    const routes: { method: string; pattern: RegExp }[] = [];
    app.addHook('onRoute', ({ method, url }) => {
      const source = url
        .split('/')
        .map(part =>
          part.startsWith(':')
            ? '[^/]+'
            : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'),
        )
        .join('/');
      for (const name of [method].flat()) {
        routes.push({ method: name, pattern: new RegExp(`^${source}$`) });
      }
    });

    app.setNotFoundHandler((request, reply) => {
      const path = request.url.split('?', 1)[0];
      const allowed = routes
        .filter(({ pattern }) => pattern.test(path))
        .map(({ method }) => method);
      if (allowed.length > 0) {
        reply.header('allow', [...new Set(allowed)].sort().join(', '));
      }
      const problem = problemOfStatus(allowed.length > 0 ? 405 : 404);
      metrics.countProblem(problem.code);
      return sendProblem(request, reply, problem);
    });

    app.setErrorHandler<FastifyError>((error, request, reply) => {
      const problem = error.validation
        ? problemOfFields(
            describeValidation(error.validation, error.validationContext),
          )
        : problemOfError(error);
      if (problem.status >= 500) {
        request.log.error({ error }, 'Request failed');
      }
      if (error instanceof DomainError && error.retryAfterSeconds) {
        reply.header('retry-after', String(error.retryAfterSeconds));
      }
      if (error instanceof DomainError && error.notDone) {
        reply.header(NOT_DONE_HEADER, 'true');
      }
      metrics.countProblem(problem.code);
      return sendProblem(request, reply, problem);
    });
  },
  { name: 'shopfloor-problems' },
);

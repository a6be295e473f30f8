import {
  type DomainError,
  PROBLEM_MEDIA_TYPE,
  problemOfError,
  type ServiceMetrics,
} from '@shopfloor/service-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Answers with the problem of a refusal and members of its own, such as `newQuote` (RFC 9457, section 3.2). */
export function sendProblemWith(
  request: FastifyRequest,
  reply: FastifyReply,
  options: {
    error: DomainError;
    members: Record<string, unknown>;
    metrics: ServiceMetrics;
  },
): FastifyReply {
  const problem = problemOfError(options.error);
  options.metrics.countProblem(problem.code);
  // Text, so that no response schema of the route applies to it.
  return reply
    .code(problem.status)
    .header('cache-control', 'no-store')
    .type(PROBLEM_MEDIA_TYPE)
    .send(
      JSON.stringify({
        ...problem,
        instance: request.url.split('?', 1)[0],
        requestId: request.id,
        ...options.members,
      }),
    );
}

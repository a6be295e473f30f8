import {
  PROBLEM_MEDIA_TYPE,
  type ProblemDocument,
} from '@shopfloor/service-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Passes a refusal on that may be older than this request: its address and ids are this one's. */
export function sendRefusal(
  request: FastifyRequest,
  reply: FastifyReply,
  refusal: { status: number; identity: Buffer },
): FastifyReply {
  const { traceId: _traceId, ...problem } = JSON.parse(
    refusal.identity.toString('utf8'),
  ) as ProblemDocument;
  return reply
    .code(refusal.status)
    .header('cache-control', 'no-store')
    .type(PROBLEM_MEDIA_TYPE)
    .send(
      JSON.stringify({
        ...problem,
        instance: request.url.split('?', 1)[0],
        requestId: request.id,
      }),
    );
}

import { principalOf } from '@shopfloor/service-kit';
import type { FastifyRequest } from 'fastify';
import type { Identity } from '../domain/types.ts';

const PREFIX = 'customer:';

/** The customer that a request's token speaks for; the route's access has made sure that it is one. */
export function identityOf(request: FastifyRequest): Identity {
  const { subject, email, emailVerified } = principalOf(request);
  if (!subject.startsWith(PREFIX)) {
    throw new Error('A route of customers was reached by somebody else');
  }
  return {
    customerId: subject.slice(PREFIX.length),
    email,
    emailVerified: emailVerified ?? false,
  };
}

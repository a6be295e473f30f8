import type { FastifyRequest } from 'fastify';
import {
  DomainError,
  InvalidInputError,
  PreconditionFailedError,
} from '../problems/DomainError.ts';

const TAG = /^"(\d{1,15})"$/;

/** Entity tag of a version. */
export function versionTag(version: number): string {
  return `"${version}"`;
}

/**
 * The version that a write is based on, by its If-Match header.
 *
 * @throws DomainError 428 when it is missing, InvalidInputError 400 when it is not one of our tags
 */
export function requireVersion(
  request: Pick<FastifyRequest, 'headers'>,
): number {
  const header = request.headers['if-match'];
  if (header === undefined) {
    throw new DomainError({
      kind: 'precondition-required',
      code: 'if-match-required',
      message:
        'Send If-Match with the ETag of what you read, so that no change of somebody else is lost.',
      fields: [{ in: 'header', field: 'if-match', message: 'is required' }],
    });
  }
  const match = TAG.exec(header.trim());
  if (!match) {
    throw new InvalidInputError({
      code: 'validation-failed',
      message: 'These fields are not valid: if-match.',
      fields: [
        {
          in: 'header',
          field: 'if-match',
          message: 'must be one ETag of this service, such as "3"',
        },
      ],
    });
  }
  return Number(match[1]);
}

/** What to throw when the stored version is another than the one asked for. */
export function versionMismatch(what: string): PreconditionFailedError {
  return new PreconditionFailedError({
    code: 'version-changed',
    message: `${what} has changed meanwhile. Read it again.`,
  });
}

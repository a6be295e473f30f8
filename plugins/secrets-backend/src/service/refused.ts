import {
  ConflictError,
  NotAllowedError,
  NotFoundError,
} from '@backstage/errors';
import { GrantRefusal } from '@shopfloor/plugin-secrets-common';

/** A refusal as an error of HTTP; its code stands in `code` of the answer. */
export function refused({ code, message }: GrantRefusal): Error {
  const error =
    code === 'not-there'
      ? new NotFoundError(message)
      : code === 'not-requester'
        ? new NotAllowedError(message)
        : new ConflictError(message);
  return Object.assign(error, { code });
}

import {
  ConflictError,
  NotAllowedError,
  NotFoundError,
} from '@backstage/errors';
import { GrantRefusal } from '@shopfloor/plugin-secrets-common';

/** A refusal as an error of HTTP; its code stands in `code` of the answer. */
export function refused(refusal: GrantRefusal): Error {
  return Object.assign(errorOf(refusal), { code: refusal.code });
}

function errorOf({ code, message }: GrantRefusal): Error {
  switch (code) {
    case 'not-there':
      return new NotFoundError(message);
    case 'not-requester':
      return new NotAllowedError(message);
    default:
      return new ConflictError(message);
  }
}

import {
  ConflictError,
  InputError,
  NotAllowedError,
  NotFoundError,
} from '@backstage/errors';
import { Refusal, RefusalCode } from '@shopfloor/plugin-approvals-common';

const NOT_ALLOWED: ReadonlySet<RefusalCode> = new Set([
  'requester-never-counts',
  'not-an-approver',
  'no-delegation',
  'delegation-off',
  'not-requester',
  'no-break-glass',
  'may-not-break-glass',
  'not-a-reviewer',
  'own-break-glass',
]);

const WRONG_INPUT: ReadonlySet<RefusalCode> = new Set([
  'comment-missing',
  'reason-missing',
  'text-missing',
]);

/** A refusal as an error of HTTP; its code stands in `code` of the answer. */
export function refused({ code, message }: Refusal): Error {
  const error = errorOf(code, message);
  return Object.assign(error, { code });
}

function errorOf(code: RefusalCode, message: string): Error {
  if (code === 'not-there') {
    return new NotFoundError(message);
  }
  if (NOT_ALLOWED.has(code)) {
    return new NotAllowedError(message);
  }
  return WRONG_INPUT.has(code)
    ? new InputError(message)
    : new ConflictError(message);
}

import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { ApiError } from '../domain/ApiError.ts';
import type { Account } from '../domain/types.ts';
import type { AccountStore } from '../store/AccountStore.ts';

/** Keys are stored as their hash. They are random and long, so a plain hash does. */
export function hashKey(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

/** The account of the secret key a request carries. @throws ApiError */
export async function authenticate(
  request: FastifyRequest,
  accounts: AccountStore,
): Promise<Account> {
  const key = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1];
  const account = key && (await accounts.findBySecretKey(hashKey(key)));
  if (!account) {
    throw new ApiError({
      status: 401,
      type: 'authentication_error',
      code: 'api_key_invalid',
      message: 'Send Authorization: Bearer with the secret key of an account.',
    });
  }
  return account;
}

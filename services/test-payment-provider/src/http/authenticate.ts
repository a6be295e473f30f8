import type { FastifyRequest } from 'fastify';
import { ApiError } from '../domain/ApiError.ts';
import type { Account } from '../domain/types.ts';
import type { KnownAccounts } from './KnownAccounts.ts';

/** The account of the secret key a request carries. @throws ApiError */
export async function authenticate(
  request: FastifyRequest,
  accounts: KnownAccounts,
): Promise<Account> {
  const key = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1];
  const account = key && (await accounts.find(key));
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

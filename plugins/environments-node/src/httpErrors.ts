import { ServiceUnavailableError } from '@backstage/errors';

/**
 * Says in words why a request got no answer: "connection refused", "no answer within 5 s", "unknown host".
 *
 * @param error - what fetch threw
 * @param deadlineMs - the deadline that was in force
 * @public
 */
export function describeNetworkError(
  error: unknown,
  deadlineMs?: number,
): string {
  const chain = errorChain(error);
  if (chain.some(e => e.name === 'TimeoutError')) {
    return deadlineMs === undefined
      ? 'no answer in time'
      : `no answer within ${deadlineMs / 1000} s`;
  }
  const code = chain.map(e => e.code).find(c => typeof c === 'string');
  switch (code) {
    case 'ECONNREFUSED':
      return 'connection refused';
    case 'ECONNRESET':
    case 'EPIPE':
    case 'UND_ERR_SOCKET':
      return 'connection closed by the other side';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'unknown host';
    case 'ETIMEDOUT':
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'UND_ERR_HEADERS_TIMEOUT':
    case 'UND_ERR_BODY_TIMEOUT':
      return 'no answer in time';
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return 'no route to the host';
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
      return 'its certificate is not signed by the configured authority';
    case 'CERT_HAS_EXPIRED':
      return 'its certificate has expired';
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return 'its certificate is for another host name';
    default:
      return chain.at(-1)?.message || String(code ?? 'unknown error');
  }
}

/** Wraps what fetch threw, so that a reader learns which system did not answer and why. */
export function unreachable(
  system: string,
  error: unknown,
  deadlineMs?: number,
): ServiceUnavailableError {
  return withCause(
    new ServiceUnavailableError(
      `${system} is not reachable: ${describeNetworkError(error, deadlineMs)}`,
    ),
    error,
  );
}

/**
 * Attaches a cause without repeating its words: Backstage's errors append "; caused by …" to the message, which people
 * read, when the cause is given to their constructor.
 */
export function withCause<T extends Error>(error: T, cause: unknown): T {
  return Object.assign(error, { cause });
}

type Link = { name?: string; code?: unknown; message?: string };

function errorChain(error: unknown): Link[] {
  const chain: Link[] = [];
  let current: any = error;
  while (current && typeof current === 'object' && chain.length < 8) {
    chain.push(current);
    current = current.cause ?? current.errors?.[0];
  }
  return chain;
}

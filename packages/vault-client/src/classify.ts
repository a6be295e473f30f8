import { VaultErrorCode } from './VaultError';

/** What an answer that is no success means. */
export interface Classification {
  code: VaultErrorCode;
  /** Whether the server said that it did not begin, so that even a write may be sent again. */
  notBegun: boolean;
}

/**
 * What the status of an answer means. `sys/health` is not read by this: there the same numbers mean states.
 *
 * @param errors - the texts in `errors` of the answer
 */
export function classify(
  status: number,
  errors: readonly string[],
): Classification {
  switch (status) {
    case 403:
      return { code: 'denied', notBegun: true };
    case 404:
      return { code: 'not-found', notBegun: true };
    // Above a rate limit: the request was not looked at.
    case 429:
      return { code: 'away', notBegun: true };
    // Vault redirects to the active node when it does not forward. The token is not carried to another address.
    case 307:
    case 472:
    case 473:
      return { code: 'standby', notBegun: true };
    case 503:
      return errors.some(text => /sealed|not initialized/i.test(text))
        ? { code: 'sealed', notBegun: true }
        : { code: 'away', notBegun: false };
    default:
      return status >= 400 && status < 500
        ? { code: 'refused', notBegun: true }
        : { code: 'away', notBegun: false };
  }
}

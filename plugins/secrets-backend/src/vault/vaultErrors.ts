import {
  NotAllowedError,
  NotFoundError,
  ServiceUnavailableError,
} from '@backstage/errors';
import { ReasonCode } from '@shopfloor/plugin-secrets-common';
import { isVaultError, VaultError } from '@shopfloor/vault-client';

/** A failure that passes by itself, with the reason that a grant shows while it waits. */
export class WaitingError extends ServiceUnavailableError {
  readonly code: ReasonCode;

  constructor(code: ReasonCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Does something with Vault, and says failures in the errors of the engine. */
export async function asEngineErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw isVaultError(error) ? engineError(error) : error;
  }
}

function engineError(error: VaultError): Error {
  switch (error.code) {
    case 'sealed':
      return new WaitingError('vault-sealed', error.message);
    case 'standby':
      return new WaitingError('vault-standby', error.message);
    case 'away':
      return new WaitingError('vault-away', error.message);
    default:
      // Nothing was refused to the grant: it waits until somebody looked after the credentials.
      if (error.login) {
        return new WaitingError('vault-not-connected', error.message);
      }
      return error.code === 'not-found'
        ? new NotFoundError(error.message)
        : new NotAllowedError(error.message);
  }
}

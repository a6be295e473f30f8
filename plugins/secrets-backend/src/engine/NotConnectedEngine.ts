import { ServiceUnavailableError } from '@backstage/errors';
import { VaultHealth } from '@shopfloor/plugin-secrets-common';
import { GrantEngine } from './GrantEngine';

/** {@link GrantEngine} while no Vault is configured: everything waits and says why. */
export class NotConnectedEngine implements GrantEngine {
  readonly #now: () => Date;

  constructor(options: { now: () => Date }) {
    this.#now = options.now;
  }

  async health(): Promise<VaultHealth> {
    return {
      status: 'not-connected',
      observedAt: this.#now().toISOString(),
      words: 'Set secrets.vault to your Vault or OpenBao.',
    };
  }

  read = notConnected;
  leaseSource = notConnected;
  pinned = notConnected;
  apply = notConnected;
  prove = notConnected;
  renew = notConnected;
  revoke = notConnected;
  metadata = notConnected;
  readers = notConnected;
}

async function notConnected(): Promise<never> {
  throw Object.assign(
    new ServiceUnavailableError(
      'No Vault is configured; set secrets.vault to your Vault or OpenBao',
    ),
    { code: 'vault-not-connected' },
  );
}

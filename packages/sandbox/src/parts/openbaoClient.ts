import { setTimeout as delay } from 'node:timers/promises';

const TIMEOUT_MS = 10_000;
const ACTIVE_WITHIN_MS = 60_000;

/** The few calls of Vault's API that set-up needs. */
export class OpenBaoClient {
  readonly #address: string;
  readonly #token: string | undefined;

  constructor(address: string, token?: string) {
    this.#address = address;
    this.#token = token;
  }

  withToken(token: string): OpenBaoClient {
    return new OpenBaoClient(this.#address, token);
  }

  async initialised(): Promise<boolean> {
    const { body } = await this.#send('GET', 'sys/init');
    return body.initialized === true;
  }

  /** Initialises a server whose seal opens itself; its recovery keys can later make a new root token. */
  async initialise(): Promise<{ recoveryKeys: string[]; rootToken: string }> {
    const { body } = await this.#send('POST', 'sys/init', {
      recovery_shares: 1,
      recovery_threshold: 1,
    });
    return {
      recoveryKeys: body.recovery_keys_base64,
      rootToken: body.root_token,
    };
  }

  /** Waits until it is unsealed and the leader. */
  async untilActive(): Promise<void> {
    const deadline = Date.now() + ACTIVE_WITHIN_MS;
    for (;;) {
      const { status } = await this.#send(
        'GET',
        'sys/health',
        undefined,
        [200, 429, 472, 473, 501, 503],
      );
      if (status === 200) {
        return;
      }
      if (Date.now() > deadline) {
        throw new Error(`OpenBao is not active: sys/health answers ${status}`);
      }
      await delay(200);
    }
  }

  async tokenIsValid(): Promise<boolean> {
    const { status } = await this.#send(
      'GET',
      'auth/token/lookup-self',
      undefined,
      [200, 403],
    );
    return status === 200;
  }

  async ensureKeyValueMount(path: string): Promise<void> {
    const { body } = await this.#send('GET', 'sys/mounts');
    if (!body.data[`${path}/`]) {
      await this.#send('POST', `sys/mounts/${path}`, {
        type: 'kv',
        options: { version: '2' },
        description: `Secrets of the environment ${path}`,
      });
    }
  }

  async writePolicy(name: string, policy: string): Promise<void> {
    await this.#send('PUT', `sys/policies/acl/${name}`, { policy });
  }

  async revokeSelf(): Promise<void> {
    await this.#send('POST', 'auth/token/revoke-self');
  }

  async #send(
    method: string,
    path: string,
    body?: unknown,
    statuses: number[] = [200, 204],
  ): Promise<{ status: number; body: any }> {
    const response = await fetch(`${this.#address}/v1/${path}`, {
      method,
      headers: this.#token ? { 'x-vault-token': this.#token } : {},
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = await response.text();
    if (!statuses.includes(response.status)) {
      throw new Error(
        `OpenBao answered ${response.status} to ${method} ${path}: ${text.slice(
          0,
          300,
        )}`,
      );
    }
    return { status: response.status, body: text ? JSON.parse(text) : {} };
  }
}

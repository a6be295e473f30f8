import { readFileSync } from 'node:fs';
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

  /** Makes a new root token out of the recovery key. An attempt that somebody did not end is given up first. */
  async generateRoot(recoveryKey: string): Promise<string> {
    const attempt = 'sys/generate-root/attempt';
    await this.#send('DELETE', attempt);
    const { body: begun } = await this.#send('PUT', attempt, {});
    const { body } = await this.#send('PUT', 'sys/generate-root/update', {
      key: recoveryKey,
      nonce: begun.nonce,
    });
    if (!body.complete) {
      throw new Error(
        'OpenBao wants more than the one recovery key of this state folder for a new root token',
      );
    }
    const encoded = Buffer.from(body.encoded_token, 'base64');
    const pad = Buffer.from(begun.otp);
    return Buffer.from(encoded.map((byte, i) => byte ^ pad[i])).toString();
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

  /** Mounts a secrets engine or, below `auth/`, an auth method, where there is none yet. */
  async ensureMount(options: {
    at: string;
    type: string;
    description: string;
    more?: Record<string, unknown>;
  }): Promise<void> {
    const { at, type, description, more } = options;
    const method = at.startsWith('auth/');
    const { body } = await this.#send(
      'GET',
      method ? 'sys/auth' : 'sys/mounts',
    );
    if (!body.data[`${method ? at.slice('auth/'.length) : at}/`]) {
      const path = method ? `sys/${at}` : `sys/mounts/${at}`;
      await this.#send('POST', path, { type, description, ...more });
    }
  }

  async writePolicy(name: string, policy: string): Promise<void> {
    await this.#send('PUT', `sys/policies/acl/${name}`, { policy });
  }

  /** Reads `data` of a path; `undefined` where there is nothing. */
  async read(path: string): Promise<Record<string, any> | undefined> {
    const { status, body } = await this.#send(
      'GET',
      path,
      undefined,
      [200, 404],
    );
    return status === 404 ? undefined : body.data;
  }

  /** Writes to a path. @returns `data` of the answer, or nothing */
  async write(
    path: string,
    body: Record<string, unknown> = {},
  ): Promise<Record<string, any>> {
    return (await this.#send('POST', path, body)).body.data ?? {};
  }

  /** A client with the token that an AppRole gets for what its files hold. */
  async login(files: {
    roleIdFile: string;
    secretIdFile: string;
  }): Promise<OpenBaoClient> {
    return this.withToken(await this.tokenOf(files));
  }

  /** The token that an AppRole gets for what its files hold. */
  async tokenOf(files: {
    roleIdFile: string;
    secretIdFile: string;
  }): Promise<string> {
    const { body } = await this.#send('POST', 'auth/approle/login', {
      role_id: readFileSync(files.roleIdFile, 'utf8'),
      secret_id: readFileSync(files.secretIdFile, 'utf8'),
    });
    return body.auth.client_token;
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

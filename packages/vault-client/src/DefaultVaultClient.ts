import { setTimeout as delay } from 'timers/promises';
import { AWAY, readHealth, VaultHealth } from './health';
import { TokenSource } from './TokenSource';
import { Fetch, Transport } from './Transport';
import {
  VaultAnswer,
  VaultClient,
  VaultConnection,
  VaultRequest,
} from './types';
import { isVaultError } from './VaultError';

const DEADLINE_MS = 10_000;

/** Options of a {@link DefaultVaultClient}. */
export interface DefaultVaultClientOptions extends VaultConnection {
  /** Milliseconds of one call with all its repetitions; 10 seconds unless it is given. */
  deadlineMs?: number;
  fetch?: Fetch;
  /** Milliseconds since the epoch. */
  now?: () => number;
  wait?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

/** Speaks HTTP with Vault or OpenBao. Creating one contacts nobody. */
export class DefaultVaultClient implements VaultClient {
  readonly #transport: Transport;
  readonly #tokens: TokenSource;

  static create(options: DefaultVaultClientOptions): DefaultVaultClient {
    const transport = Transport.create({
      address: options.address,
      namespace: options.namespace,
      deadlineMs: options.deadlineMs ?? DEADLINE_MS,
      fetch: options.fetch ?? globalThis.fetch,
      wait:
        options.wait ??
        ((milliseconds, signal) => delay(milliseconds, undefined, { signal })),
    });
    return new DefaultVaultClient({
      transport,
      tokens: TokenSource.create({
        auth: options.auth,
        transport,
        now: options.now ?? Date.now,
      }),
    });
  }

  private constructor(options: { transport: Transport; tokens: TokenSource }) {
    this.#transport = options.transport;
    this.#tokens = options.tokens;
  }

  async health(): Promise<VaultHealth> {
    const answer = await this.#transport.probe('sys/health');
    if (!answer) {
      return AWAY;
    }
    const leader =
      answer.status === 429 || answer.status === 473
        ? await this.#transport.probe('sys/leader')
        : undefined;
    const { leader_address: leaderAddress } = (leader?.body ?? {}) as {
      leader_address?: string;
    };
    return readHealth(
      answer.status,
      answer.body as Record<string, unknown>,
      Boolean(leaderAddress),
    );
  }

  async request(request: VaultRequest): Promise<VaultAnswer> {
    if (request.token) {
      return await this.#transport.send(request);
    }
    const token = await this.#tokens.token();
    try {
      return await this.#transport.send({ ...request, token });
    } catch (error) {
      // A dead token is refused like one that may not: only the server can tell them apart. Nothing was begun in either case.
      if (
        !isVaultError(error, 'denied') ||
        !(await this.#tokens.isDead(token))
      ) {
        throw error;
      }
      this.#tokens.forget(token);
      return await this.#transport.send({
        ...request,
        token: await this.#tokens.token(),
      });
    }
  }

  async read(path: string): Promise<Record<string, any> | undefined> {
    const { status, body } = await this.request({
      method: 'GET',
      path,
      accept: [404],
    });
    return status === 404 ? undefined : body.data;
  }

  async list(path: string): Promise<string[]> {
    const { status, body } = await this.request({
      method: 'LIST',
      path,
      accept: [404],
    });
    return status === 404 ? [] : (body.data?.keys ?? []);
  }

  write(path: string, body: Record<string, unknown> = {}) {
    return this.request({ method: 'POST', path, body });
  }

  async delete(path: string): Promise<void> {
    await this.request({ method: 'DELETE', path, accept: [404] });
  }

  close(): Promise<void> {
    return this.#tokens.revoke();
  }
}

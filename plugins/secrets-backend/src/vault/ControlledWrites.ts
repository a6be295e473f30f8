import { createHash } from 'crypto';
import { isVaultError, VaultClient } from '@shopfloor/vault-client';
import { pendingPath } from '@shopfloor/vault-platform';

/** A write that somebody else may have to authorise. */
export interface ControlledWrite {
  /** Of the grant. */
  name: string;
  what: 'policy' | 'role';
  path: string;
  /** `expiration` may be another one each time: what was asked for first holds. */
  body: Record<string, unknown>;
  /** Whether an authorisation is asked for when there is none; default true. */
  mayAsk?: boolean;
}

/** What a write came to. `text` is what has to be authorised. */
export type ControlledResult =
  | { state: 'written' }
  | { state: 'waiting'; accessor: string; text: string }
  /** Nobody authorised it, and nothing was asked for. */
  | { state: 'not-asked' };

/**
 * Writes under a control group of the server. The first try is answered by a wrapping token, which does the write once it was
 * authorised. The token lies at the server, so that another process goes on with it.
 */
export class ControlledWrites {
  readonly #client: VaultClient;

  static create(options: { client: VaultClient }): ControlledWrites {
    return new ControlledWrites(options.client);
  }

  private constructor(client: VaultClient) {
    this.#client = client;
  }

  async write(write: ControlledWrite): Promise<ControlledResult> {
    const { name, what, path, body, mayAsk = true } = write;
    const { expiration: _, ...decided } = body;
    const hash = createHash('sha256')
      .update(textOf(path, decided))
      .digest('hex');
    const at = pendingPath(name, what);
    const pending = await this.#client.read(at);
    if (pending && pending.hash === hash) {
      const asked = await this.#asked(pending.accessor);
      if (asked && !asked.approved) {
        return {
          state: 'waiting',
          accessor: pending.accessor,
          text: textOf(path, asked.request_data),
        };
      }
      if (asked) {
        await this.#client.request({
          method: 'POST',
          path: 'sys/wrapping/unwrap',
          body: {},
          token: pending.token,
        });
        await this.#client.delete(at);
        return { state: 'written' };
      }
    }
    if (!mayAsk) {
      return { state: 'not-asked' };
    }
    // Without one, or with one that nobody authorised in time.
    const { body: answer } = await this.#client.write(path, body);
    const wrapped = answer.wrap_info;
    if (!wrapped) {
      return { state: 'written' };
    }
    const { accessor, token } = wrapped;
    await this.#client.write(at, { accessor, token, hash });
    return { state: 'waiting', accessor, text: textOf(path, body) };
  }

  /** Forgets what waits for a grant; the server lets it run out. */
  async drop(name: string): Promise<void> {
    await this.#client.delete(pendingPath(name, 'policy'));
    await this.#client.delete(pendingPath(name, 'role'));
  }

  /** What waits at the server; `undefined` when it ran out. */
  async #asked(
    accessor: string,
  ): Promise<
    { approved: boolean; request_data: Record<string, unknown> } | undefined
  > {
    try {
      const { body } = await this.#client.write('sys/control-group/request', {
        accessor,
      });
      return {
        approved: body.data?.approved === true,
        request_data: body.data?.request_data ?? {},
      };
    } catch (error) {
      if (isVaultError(error, 'refused', 'not-found')) {
        return undefined;
      }
      throw error;
    }
  }
}

/** What is to be authorised, as the server has it. */
function textOf(path: string, body: Record<string, unknown>): string {
  return [
    path,
    ...Object.entries(body)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => `${key} = ${asText(value)}`),
  ].join('\n');
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

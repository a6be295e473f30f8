import { AuthService, DiscoveryService } from '@backstage/backend-plugin-api';
import {
  ActIntent,
  ActResult,
  callAudit,
} from '@shopfloor/plugin-audit-common';

/** So long the trail may take; a page waits for it. */
const DEADLINE_MS = 5_000;

/** Writes to the trail in this plugin's name, over HTTP. */
export class TrailClient {
  readonly #auth: AuthService;
  readonly #discovery: DiscoveryService;

  constructor(options: { auth: AuthService; discovery: DiscoveryService }) {
    this.#auth = options.auth;
    this.#discovery = options.discovery;
  }

  /** @throws when the intent is not in the trail for certain */
  begin(intent: ActIntent): Promise<unknown> {
    return this.#call('/trail/acts', intent);
  }

  /** @throws when the outcome is not in the trail for certain */
  end(actId: string, result: ActResult): Promise<unknown> {
    return this.#call(`/trail/acts/${actId}/outcome`, result);
  }

  async #call(path: string, body: object): Promise<unknown> {
    return callAudit(
      {
        discoveryApi: this.#discovery,
        fetchApi: {
          fetch: async (input, init) => {
            const { token } = await this.#auth.getPluginRequestToken({
              onBehalfOf: await this.#auth.getOwnServiceCredentials(),
              targetPluginId: 'audit',
            });
            const headers = new Headers(init?.headers);
            headers.set('authorization', `Bearer ${token}`);
            return fetch(input, { ...init, headers });
          },
        },
      },
      { path, body, signal: AbortSignal.timeout(DEADLINE_MS) },
    );
  }
}

import { Config } from '@backstage/config';
import { ServiceUnavailableError } from '@backstage/errors';
import { oidcAuthenticator } from '@backstage/plugin-auth-backend-module-oidc-provider';
import { createOAuthAuthenticator } from '@backstage/plugin-auth-node';

type Initialize = typeof oidcAuthenticator.initialize;
type Context = ReturnType<Initialize>;

/**
 * Connects to the provider when somebody first wants to sign in, and again after a failure.
 *
 * Backstage's own authenticator discovers the provider once, while the portal starts, and stays broken for ever when
 * that fails.
 */
class ProviderConnection {
  readonly #input: Parameters<Initialize>[0];
  readonly #metadataUrl: string;
  #connecting: Promise<Context> | undefined;

  constructor(input: Parameters<Initialize>[0]) {
    this.#metadataUrl = requireSettings(input.config);
    this.#input = input;
  }

  /** Attempts that overlap share one discovery; a failed one is forgotten, so that the next person tries afresh. */
  async get(): Promise<Context> {
    this.#connecting ??= this.#connect();
    return this.#connecting;
  }

  async #connect(): Promise<Context> {
    try {
      const context = oidcAuthenticator.initialize(this.#input);
      await context.promise;
      return context;
    } catch (error) {
      this.#connecting = undefined;
      // The cause is attached afterwards, since the constructor would repeat it in the words that people read.
      throw Object.assign(
        new ServiceUnavailableError(
          `The sign-in provider at ${this.#metadataUrl} is not reachable (${reason(error)}); try again in a moment`,
        ),
        { cause: error },
      );
    }
  }
}

/**
 * Backstage's OpenID Connect authenticator for a provider that may start later than the portal.
 *
 * @public
 */
export const lazyOidcAuthenticator = createOAuthAuthenticator({
  defaultProfileTransform: oidcAuthenticator.defaultProfileTransform,
  scopes: oidcAuthenticator.scopes,
  initialize: (input): ProviderConnection => new ProviderConnection(input),
  start: async (input, connection) =>
    oidcAuthenticator.start(input, await connection.get()),
  authenticate: async (input, connection) =>
    oidcAuthenticator.authenticate(input, await connection.get()),
  refresh: async (input, connection) =>
    oidcAuthenticator.refresh(input, await connection.get()),
  logout: async (input, connection) =>
    oidcAuthenticator.logout?.(input, await connection.get()),
});

/** Missing settings stop the start, although nothing is connected yet. */
function requireSettings(config: Config): string {
  config.getString('clientId');
  config.getString('clientSecret');
  return config.getString('metadataUrl');
}

function reason(error: unknown): string {
  const { code, message, errors } = error as {
    code?: string;
    message?: string;
    errors?: Array<{ message?: string }>;
  };
  return code === 'ECONNREFUSED'
    ? 'connection refused'
    : message || errors?.[0]?.message || code || 'unknown error';
}

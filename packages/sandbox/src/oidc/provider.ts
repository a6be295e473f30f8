import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import {
  Provider,
  errors,
  interactionPolicy,
  type ClientMetadata,
  type Configuration,
  type JWK,
} from 'oidc-provider';
import { DiskStore } from './diskAdapter.ts';
import type { PeopleFile } from './people.ts';
import {
  errorPage,
  expiredPage,
  pageLanguage,
  signInPage,
  type Realm,
} from './signInPage.ts';

const HOUR = 60 * 60;
const DAY = 24 * HOUR;
const SWEEP_INTERVAL_MS = 10 * 60 * 1000;
const LARGEST_FORM_BYTES = 4096;

/** An API that access tokens can be asked for, by its resource indicator (RFC 8707). */
export interface ProtectedApi {
  resource: string;
  audience: string;
  /** Scopes a token for it may have. */
  scope: string;
}

/** What one issuer needs to know. */
export interface OidcServerOptions {
  realm: Realm;
  port: number;
  clients: ClientMetadata[];
  /** Whether every client has to prove by PKCE that a code is its own. */
  pkceRequired: boolean;
  /** The API of this realm; absent: access tokens are for userinfo alone. */
  api?: ProtectedApi;
  cookieKey: string;
  jwk: JWK;
  stateDir: string;
  people: PeopleFile;
  themeCss: string;
}

/** One issuer of the sandbox: sample people, no passwords, our own clients, loopback only. */
export async function startOidcServer(
  options: OidcServerOptions,
): Promise<Server> {
  const store = new DiskStore({ dir: options.stateDir });
  setInterval(() => store.sweep(), SWEEP_INTERVAL_MS).unref();
  const provider = createProvider(options, store);
  const handle = provider.callback();
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (url.pathname.startsWith('/interaction/')) {
      interact({ ...options, provider, request, response }).catch(() => {
        response.statusCode = 400;
        sendPage(
          response,
          expiredPage({
            realm: options.realm,
            themeCss: options.themeCss,
            language: pageLanguage(request.headers['accept-language']),
          }),
        );
      });
      return;
    }
    handle(request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  return server;
}

function createProvider(
  options: OidcServerOptions,
  store: DiskStore,
): Provider {
  const policy = interactionPolicy.base();
  // Signing in always asks who: otherwise nobody could change the person without clearing cookies.
  policy
    .get('login')!
    .checks.add(
      new interactionPolicy.Check('choose_person', 'choose a person', ctx =>
        ctx.oidc.result?.login
          ? interactionPolicy.Check.NO_NEED_TO_PROMPT
          : interactionPolicy.Check.REQUEST_PROMPT,
      ),
    );
  return new Provider(`http://localhost:${options.port}`, {
    adapter: model => store.adapter(model),
    clients: options.clients,
    jwks: { keys: [options.jwk] },
    cookies: {
      keys: [options.cookieKey],
      // A cookie belongs to a host, whatever the port: two issuers on localhost must not take each other's.
      names: cookieNames(options.realm),
    },
    claims: {
      openid: ['sub'],
      email: ['email', 'email_verified'],
      profile: ['name', 'preferred_username', 'locale'],
    },
    // Clients read claims from the ID token as well as from userinfo.
    conformIdTokenClaims: false,
    pkce: { required: () => options.pkceRequired },
    // Without `offline_access` and its consent; else a reload would sign people out.
    issueRefreshToken: async (_ctx, client) =>
      client.grantTypeAllowed('refresh_token'),
    // Two tabs may refresh at the same time.
    rotateRefreshToken: false,
    ttl: {
      AccessToken: HOUR,
      AuthorizationCode: 60,
      Grant: 14 * DAY,
      IdToken: HOUR,
      Interaction: HOUR,
      RefreshToken: 14 * DAY,
      Session: 14 * DAY,
    },
    features: {
      devInteractions: { enabled: false },
      resourceIndicators: resourceIndicators(options.api),
    },
    // RFC 9068 section 2.2: what the shop's services decide by.
    extraTokenClaims: (_ctx, token) => {
      const person =
        'accountId' in token
          ? options.people.findBySubject(token.accountId)
          : undefined;
      return (
        person && {
          roles: person.roles,
          email: person.email,
          email_verified: person.emailVerified,
          name: person.name,
        }
      );
    },
    interactions: {
      policy,
      url: (_ctx, interaction) => `/interaction/${interaction.uid}`,
    },
    renderError: (ctx, out) => {
      ctx.type = 'html';
      ctx.body = errorPage({
        realm: options.realm,
        error: out.error,
        description: out.error_description,
        themeCss: options.themeCss,
        language: pageLanguage(ctx.get('accept-language')),
      });
    },
    // Every client is ours: consent is given.
    loadExistingGrant: async ctx => {
      const { account, client, session, params } = ctx.oidc;
      const known = client && session?.grantIdFor(client.clientId);
      const grant =
        (known && (await ctx.oidc.provider.Grant.find(known))) ||
        new ctx.oidc.provider.Grant({
          clientId: client?.clientId,
          accountId: account?.accountId,
        });
      grant.addOIDCScope(String(params?.scope ?? 'openid'));
      if (options.api && params?.resource === options.api.resource) {
        grant.addResourceScope(options.api.resource, options.api.scope);
      }
      await grant.save();
      return grant;
    },
    findAccount: (_ctx, id) => {
      const person = options.people.findBySubject(id);
      return (
        person && {
          accountId: id,
          claims: () => ({
            sub: id,
            name: person.name,
            preferred_username: person.id,
            email: person.email,
            email_verified: person.emailVerified,
            locale: person.locale,
          }),
        }
      );
    },
  });
}

function cookieNames(realm: Realm): { [key: string]: string } | undefined {
  return realm === 'portal'
    ? undefined
    : {
        interaction: `_${realm}_interaction`,
        resume: `_${realm}_interaction_resume`,
        session: `_${realm}_session`,
      };
}

function resourceIndicators(
  api: ProtectedApi | undefined,
): NonNullable<Configuration['features']>['resourceIndicators'] {
  if (!api) {
    return { enabled: false };
  }
  return {
    enabled: true,
    // Asked for at the authorization endpoint, it need not be repeated at the token endpoint.
    useGrantedResource: () => true,
    getResourceServerInfo: (_ctx, resource) => {
      if (resource !== api.resource) {
        throw new errors.InvalidTarget(`the resource here is ${api.resource}`);
      }
      return {
        audience: api.audience,
        scope: api.scope,
        accessTokenTTL: HOUR,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: 'RS256' } },
      };
    },
  };
}

async function interact(
  options: OidcServerOptions & {
    provider: Provider;
    request: IncomingMessage;
    response: ServerResponse;
  },
): Promise<void> {
  const { provider, people, realm, request, response, themeCss } = options;
  const { uid } = await provider.interactionDetails(request, response);
  if (request.method === 'POST') {
    const user = new URLSearchParams(await readForm(request)).get('user');
    const person = user ? people.find(user) : undefined;
    if (person) {
      await provider.interactionFinished(
        request,
        response,
        { login: { accountId: person.subject } },
        { mergeWithLastSubmission: false },
      );
      return;
    }
  }
  sendPage(
    response,
    signInPage({
      realm,
      people: people.all(),
      action: `/interaction/${uid}`,
      themeCss,
      language: pageLanguage(request.headers['accept-language']),
    }),
  );
}

function sendPage(response: ServerResponse, html: string): void {
  response.setHeader('content-type', 'text/html; charset=utf-8');
  response.setHeader('cache-control', 'no-store');
  response.setHeader(
    'content-security-policy',
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  );
  response.end(html);
}

async function readForm(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) {
    text += chunk;
    if (text.length > LARGEST_FORM_BYTES) {
      throw new Error('The form is too large');
    }
  }
  return text;
}

import {
  type Cache,
  createServiceApp,
  type Database,
  JwtVerifier,
  RegoAccessPolicy,
  type ServiceApp,
  type ServiceParts,
  type ServiceClient,
  type TokenVerifier,
} from '@shopfloor/service-kit';
import type { Dependency, StorefrontConfig } from './config.ts';
import { ClientLimits } from './edge/ClientLimits.ts';
import { edgePlugin } from './edge/edgePlugin.ts';
import { registerCartRoutes } from './http/cartRoutes.ts';
import { keepBodiesRaw } from './http/rawBodies.ts';
import { registerReadRoutes } from './http/readRoutes.ts';
import { registerSessionRoutes } from './http/sessionRoutes.ts';
import { registerShopRoutes } from './http/shopRoutes.ts';
import { ReadCache } from './reads/ReadCache.ts';
import { ShopReads } from './reads/ShopReads.ts';
import { StockHints } from './reads/StockHints.ts';
import { Authenticator, signInNotConfigured } from './session/authenticate.ts';
import { SESSION_COOKIE } from './session/cookies.ts';
import { CartFinder } from './session/CartFinder.ts';
import { DatabaseSessionStore } from './session/DatabaseSessionStore.ts';
import { SessionService } from './session/SessionService.ts';
import { SessionTokens } from './session/SessionTokens.ts';
import { SignInService } from './signIn/SignInService.ts';

/** Options of {@link createApp}. */
export interface CreateAppOptions extends ServiceParts<
  Omit<StorefrontConfig, 'DATABASE_URL'>
> {
  database: Pick<Database, 'query'>;
  cache: Cache;
  clients: Record<Dependency, ServiceClient>;
  /** The time that tokens are made and judged by, in milliseconds since 1970; default is the machine's. */
  now?: () => number;
}

const TRIM_EVERY_MS = 10 * 60_000;

function listOf(text: string): string[] {
  return text
    .split(',')
    .map(item => item.trim())
    .filter(Boolean);
}

/** Access tokens of the shop's issuer, of customers whose program calls the API. */
function customersOf(
  config: CreateAppOptions['config'],
  now: CreateAppOptions['now'],
): TokenVerifier | undefined {
  return config.SHOP_ISSUER_URL === undefined
    ? undefined
    : JwtVerifier.create({
        issuers: [{ issuer: config.SHOP_ISSUER_URL, speaksFor: 'customers' }],
        audience: config.AUTH_AUDIENCE,
        clockToleranceSeconds: config.AUTH_CLOCK_TOLERANCE_SECONDS,
        now,
      });
}

/** Builds the application of storefront. It does not listen. */
export async function createApp(
  options: CreateAppOptions,
): Promise<ServiceApp> {
  const { config, database, cache, clients, now, ...kit } = options;
  const { metrics, logger } = kit;
  const shopOrigin = config.SHOP_URL && new URL(config.SHOP_URL).origin;
  const secure = shopOrigin?.startsWith('https:') ?? false;
  const corsOrigins = new Set(listOf(config.CORS_ORIGINS));
  const limits = ClientLimits.create({ config, metrics });
  const store = DatabaseSessionStore.create({
    database,
    ttlHours: config.SESSION_TTL_HOURS,
  });
  const sessions = SessionService.create({
    store,
    memoMs: config.SESSION_MEMO_MS,
  });
  const tokens = await SessionTokens.create({
    signingKey: config.SESSION_SIGNING_KEY,
    issuer: config.SESSION_ISSUER,
    audience: config.AUTH_AUDIENCE,
    now,
  });
  const customers = customersOf(config, now);
  const authenticator = Authenticator.create({
    sessions,
    tokens,
    customers,
    limits,
    allowedOrigins: new Set([
      ...(shopOrigin ? [shopOrigin] : []),
      ...corsOrigins,
    ]),
    cookie: { secure, maxAgeSeconds: config.SESSION_TTL_HOURS * 3600 },
  });
  const app = await createServiceApp({
    ...kit,
    config,
    load: config,
    access: {
      verifier: customers ?? {
        verify: () => {
          throw signInNotConfigured();
        },
      },
      policy: RegoAccessPolicy.create({ logger }),
      allowedCallers: [],
      authenticate: authenticator.authenticate,
    },
    beforeAccess: async edge => {
      edge.decorateRequest('session', null);
      await edge.register(edgePlugin, { limits, corsOrigins, secure });
    },
    openApi: {
      title: 'Storefront',
      sessionCookie: SESSION_COOKIE,
      version: '1.0.0',
      description:
        'What a shop front calls. A browser is known by the cookie `sf_session`, which begins with the first thing that needs it; a program sends an access token of the shop’s issuer. Amounts are whole numbers in the minor unit of their currency.',
      tags: [
        { name: 'reads', description: 'What all shoppers see, cached.' },
        { name: 'cart', description: 'The cart of the session.' },
        { name: 'orders', description: 'Quotes and orders.' },
        { name: 'me', description: 'The signed-in customer.' },
        { name: 'session', description: 'Session and sign-in.' },
        { name: 'messages', description: 'Links of messages.' },
      ],
    },
  });

  registerReadRoutes(app, {
    reads: ShopReads.create({
      products: clients.products,
      search: clients['product-search'],
      stock: StockHints.create({
        inventory: clients.inventory,
        cache,
        freshMs: config.STOCK_FRESH_MS,
      }),
      reads: ReadCache.create({
        cache,
        freshMs: config.READ_FRESH_MS,
        staleMs: config.READ_STALE_MS,
        staleIfErrorMs: config.READ_STALE_IF_ERROR_MS,
      }),
      featuredCategory: config.HOME_FEATURED_CATEGORY || undefined,
    }),
  });
  registerSessionRoutes(app, {
    authenticator,
    sessions,
    signIn:
      config.SHOP_ISSUER_URL === undefined
        ? undefined
        : SignInService.create({
            issuer: config.SHOP_ISSUER_URL,
            clientId: config.SHOP_ISSUER_CLIENT_ID,
            clientSecret: config.SHOP_ISSUER_CLIENT_SECRET || undefined,
            resource: config.SHOP_ISSUER_RESOURCE || undefined,
            store,
          }),
    limits,
    publicKeys: tokens.publicKeys,
    shopUrl: config.SHOP_URL,
    secure,
  });
  await app.register(async scope => {
    const raw = scope as unknown as ServiceApp;
    keepBodiesRaw(raw);
    registerCartRoutes(raw, {
      cart: clients.cart,
      carts: CartFinder.create({
        cart: clients.cart,
        sessions,
        logger,
        defaultCurrency: config.DEFAULT_CURRENCY,
      }),
      defaultCurrency: config.DEFAULT_CURRENCY,
    });
    registerShopRoutes(raw, { clients, sessions });
  });

  const trim = setInterval(() => {
    store
      .trim()
      .catch(error =>
        logger.warn({ error }, 'Expired sessions were not removed'),
      );
  }, TRIM_EVERY_MS);
  trim.unref();
  app.addHook('onClose', async () => {
    clearInterval(trim);
    await limits.close();
  });
  return app;
}

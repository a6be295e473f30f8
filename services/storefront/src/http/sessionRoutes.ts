import { problemResponses, type ServiceApp } from '@shopfloor/service-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { JSONWebKeySet } from 'jose';
import Type from 'typebox';
import { safeReturnPath } from '../domain/origins.ts';
import type { ClientLimits } from '../edge/ClientLimits.ts';
import {
  type Authenticator,
  signInNotConfigured,
} from '../session/authenticate.ts';
import {
  readCookie,
  SESSION_COOKIE,
  SIGN_IN_COOKIE,
  writeCookie,
} from '../session/cookies.ts';
import type { SessionService } from '../session/SessionService.ts';
import type { Session } from '../session/SessionStore.ts';
import type { SignInService } from '../signIn/SignInService.ts';
import { emptyQuery } from './schemas.ts';

/** Options of {@link registerSessionRoutes}. */
export interface SessionRoutesOptions {
  authenticator: Authenticator;
  sessions: SessionService;
  /** Absent: nobody can sign in. */
  signIn: SignInService | undefined;
  limits: ClientLimits;
  publicKeys: JSONWebKeySet;
  /** Public address of the shop, when it is configured. */
  shopUrl: string | undefined;
  secure: boolean;
}

const SIGN_IN_SECONDS = 600;
const tags = ['session'];

const sessionSchema = Type.Object(
  {
    kind: Type.Enum(['none', 'guest', 'customer']),
    customerId: Type.Optional(Type.String()),
    email: Type.Optional(Type.String()),
    emailVerified: Type.Optional(Type.Boolean()),
    signInAvailable: Type.Boolean(),
  },
  { description: 'Who shops in this browser.' },
);

/** Registers the session, sign-in and the keys of session tokens. */
export function registerSessionRoutes(
  app: ServiceApp,
  options: SessionRoutesOptions,
): void {
  const { authenticator, sessions, signIn, limits, secure } = options;

  const describe = (session: Session | undefined) => ({
    kind: session?.kind ?? ('none' as const),
    customerId:
      session?.kind === 'customer'
        ? session.subject.slice('customer:'.length)
        : undefined,
    email: session?.email,
    emailVerified: session?.emailVerified,
    signInAvailable: signIn !== undefined,
  });

  const baseOf = (request: FastifyRequest) =>
    options.shopUrl ?? `${request.protocol}://${request.host}`;

  const signInCookie = (reply: FastifyReply, value: string | undefined) =>
    writeCookie(reply, {
      name: SIGN_IN_COOKIE,
      value: value ?? '',
      path: '/auth',
      maxAgeSeconds: value === undefined ? 0 : SIGN_IN_SECONDS,
      secure,
    });

  app.get(
    '/api/session',
    {
      config: { access: 'public' },
      schema: {
        operationId: 'getSession',
        summary: 'Who shops in this browser; begins no session',
        tags,
        querystring: emptyQuery,
        response: { 200: sessionSchema, ...problemResponses(400, 429, 503) },
      },
    },
    async (request, reply) => {
      reply.header('cache-control', 'private, no-store');
      return describe(await authenticator.sessionOf(request));
    },
  );

  app.post(
    '/api/session',
    {
      config: { access: 'public' },
      schema: {
        operationId: 'beginSession',
        summary: 'Begin the session of a guest, unless there is one',
        tags,
        querystring: emptyQuery,
        response: {
          201: sessionSchema,
          ...problemResponses(400, 403, 429, 503),
        },
      },
    },
    async (request, reply) => {
      authenticator.requireOwn(request);
      const session =
        (await authenticator.sessionOf(request)) ??
        (await authenticator.beginGuest(request, reply));
      return reply
        .code(201)
        .header('cache-control', 'private, no-store')
        .send(describe(session));
    },
  );

  app.delete(
    '/api/session',
    {
      config: { access: 'public' },
      schema: {
        operationId: 'endSession',
        summary: 'Sign out; a guest’s session ends as well',
        tags,
        querystring: emptyQuery,
        response: {
          204: Type.Null({ description: 'There is no session any more.' }),
          ...problemResponses(400, 403, 429, 503),
        },
      },
    },
    async (request, reply) => {
      authenticator.requireOwn(request);
      const secret = readCookie(request, SESSION_COOKIE);
      if (secret !== undefined) {
        await sessions.end(secret);
      }
      authenticator.giveCookie(reply, undefined);
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/auth/sign-in',
    {
      config: { access: 'public' },
      schema: {
        operationId: 'beginSignIn',
        summary: 'Go to the sign-in of the shop’s issuer',
        tags,
        querystring: Type.Object(
          {
            returnTo: Type.Optional(
              Type.String({
                maxLength: 500,
                description:
                  'Path of the shop to come back to. Anything else is taken as `/`.',
              }),
            ),
          },
          { additionalProperties: false },
        ),
        response: {
          302: Type.Null({ description: 'To the issuer.' }),
          ...problemResponses(400, 429, 503),
        },
      },
    },
    async (request, reply) => {
      if (!signIn) {
        throw signInNotConfigured();
      }
      await limits.takeSession(request, reply);
      const { url, browserSecret } = await signIn.begin({
        redirectUri: new URL('/auth/callback', baseOf(request)).href,
        returnTo: safeReturnPath(request.query.returnTo),
      });
      signInCookie(reply, browserSecret);
      return reply.header('cache-control', 'no-store').redirect(url, 302);
    },
  );

  app.get(
    '/auth/callback',
    {
      config: { access: 'public' },
      schema: {
        operationId: 'completeSignIn',
        summary: 'Where the issuer sends the browser back to',
        tags,
        // Whatever the issuer adds is read by the OpenID library alone.
        querystring: Type.Object({
          state: Type.Optional(Type.String({ maxLength: 200 })),
          code: Type.Optional(Type.String({ maxLength: 4000 })),
        }),
        response: {
          302: Type.Null({ description: 'Back to the shop, signed in.' }),
          ...problemResponses(400, 401, 429, 503),
        },
      },
    },
    async (request, reply) => {
      if (!signIn) {
        throw signInNotConfigured();
      }
      const browserSecret = readCookie(request, SIGN_IN_COOKIE);
      signInCookie(reply, undefined);
      const { person, returnTo } = await signIn.complete({
        callbackUrl: new URL(request.url, baseOf(request)),
        browserSecret,
      });
      const { secret } = await sessions.signIn({
        previous: readCookie(request, SESSION_COOKIE),
        person,
      });
      authenticator.giveCookie(reply, secret);
      return reply.header('cache-control', 'no-store').redirect(returnTo, 302);
    },
  );

  app.get(
    '/.well-known/jwks.json',
    {
      config: { access: 'public' },
      schema: {
        operationId: 'getSessionKeys',
        summary: 'Public keys of session tokens',
        tags,
        querystring: emptyQuery,
        response: {
          200: Type.Object(
            {
              keys: Type.Array(
                Type.Unsafe<object>({
                  type: 'object',
                  additionalProperties: true,
                }),
              ),
            },
            { description: 'JWK Set; the first key signs.' },
          ),
          ...problemResponses(400, 429),
        },
      },
    },
    async (_request, reply) => {
      reply.header('cache-control', 'public, max-age=300');
      return options.publicKeys as { keys: object[] };
    },
  );
}

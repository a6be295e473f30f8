import type { FastifyReply, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { requestContext } from '../context/requestContext.ts';
import {
  ForbiddenError,
  UnauthenticatedError,
} from '../problems/DomainError.ts';
import type { AccessDecision, AccessPolicy } from './AccessPolicy.ts';
import type { AccessRule } from './accessRule.ts';
import { CALLER_HEADER, callerIdentity } from './callerIdentity.ts';
import type { Principal, TokenVerifier } from './Principal.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks. Always there on routes that need somebody. */
    principal: Principal | null;
  }
}

/** Options of {@link accessPlugin}. */
export interface AccessPluginOptions {
  /** Name of this service, for the policy. */
  service: string;
  verifier: TokenVerifier;
  policy: AccessPolicy;
  /** Services that may call `internal` routes, where Envoy names the caller; empty: the mesh alone decides. */
  allowedCallers: readonly string[];
  /** Finds the token of a request; default is the bearer token. The storefront has sessions instead. */
  authenticate?: (
    request: FastifyRequest,
    reply: FastifyReply,
  ) => Principal | undefined | Promise<Principal | undefined>;
}

const BEARER = /^bearer +([\w.~+/=-]+)$/i;

/** The bearer token of a request. */
export function bearerToken(request: FastifyRequest): string | undefined {
  const header = request.headers.authorization;
  if (header === undefined) {
    return undefined;
  }
  const match = BEARER.exec(header);
  if (!match) {
    throw new UnauthenticatedError({
      code: 'token-not-valid',
      message: 'The Authorization header is no bearer token.',
    });
  }
  return match[1];
}

function operationOf(request: FastifyRequest): string {
  const { schema, url } = request.routeOptions;
  return (
    (schema as { operationId?: string } | undefined)?.operationId ??
    `${request.method} ${url}`
  );
}

/**
 * The person who asks, on a route that needs one.
 *
 * @throws UnauthenticatedError when there is none
 */
export function principalOf(request: FastifyRequest): Principal {
  if (!request.principal) {
    throw new UnauthenticatedError({
      code: 'token-missing',
      message: 'Send a bearer token.',
    });
  }
  return request.principal;
}

/**
 * Lets through who may: verifies the token, asks the policy, and on `internal`
 * routes checks the caller that Envoy names. Before the body is read.
 */
export const accessPlugin = fp<AccessPluginOptions>(
  async (app, options) => {
    const { verifier, policy, service } = options;
    const callers = new Set(options.allowedCallers);
    const authenticate =
      options.authenticate ??
      (request => {
        const token = bearerToken(request);
        return token === undefined ? undefined : verifier.verify(token);
      });

    const checkCaller = (request: FastifyRequest) => {
      const header = request.headers[CALLER_HEADER];
      if (callers.size === 0 || header === undefined) {
        return;
      }
      const caller = callerIdentity(header);
      if (!caller || !callers.has(caller.account)) {
        throw new ForbiddenError({
          code: 'caller-not-allowed',
          message: `${caller?.account ?? 'An unnamed caller'} may not call this.`,
        });
      }
    };

    // Without a principal a route's decision never changes; it is asked for once.
    const withoutPrincipal = new Map<string, AccessDecision>();
    const ask = (
      operation: string,
      access: AccessRule,
      principal: Principal | undefined,
    ): AccessDecision => {
      const known = principal ? undefined : withoutPrincipal.get(operation);
      if (known) {
        return known;
      }
      const decision = policy.decide({
        service,
        operation,
        access,
        principal: principal && {
          kind: principal.kind,
          roles: principal.roles,
          scopes: principal.scopes,
        },
      });
      if (!principal) {
        withoutPrincipal.set(operation, decision);
      }
      return decision;
    };

    const decide = (
      request: FastifyRequest,
      reply: FastifyReply,
      access: AccessRule,
      principal: Principal | undefined,
    ) => {
      request.principal = principal ?? null;
      const decision = ask(operationOf(request), access, principal);
      if (decision === 'unauthenticated') {
        principalOf(request);
      }
      if (decision !== 'allow') {
        reply.header(
          'www-authenticate',
          'Bearer realm="shop", error="insufficient_scope"',
        );
        throw new ForbiddenError({
          code: 'not-allowed',
          message: `This needs the access "${access}".`,
        });
      }
      const running = requestContext();
      if (running) {
        running.principal = principal;
      }
    };

    app.decorateRequest('principal', null);
    app.addHook('onRequest', (request, reply, done) => {
      const access = request.routeOptions.config?.access;
      if (access === undefined) {
        // A probe, or no route at all; others cannot be registered.
        done();
        return;
      }
      const fail = (error: unknown) => {
        if (error instanceof UnauthenticatedError) {
          reply.header(
            'www-authenticate',
            error.code === 'token-missing'
              ? 'Bearer realm="shop"'
              : `Bearer realm="shop", error="invalid_token"`,
          );
        }
        done(error as Error);
      };
      const finish = (principal: Principal | undefined) => {
        try {
          decide(request, reply, access, principal);
        } catch (error) {
          fail(error);
          return;
        }
        done();
      };
      try {
        if (access === 'internal') {
          checkCaller(request);
        }
        // A public route takes a token when there is one, but needs none; the storefront's sessions may matter to it.
        const found = authenticate(request, reply);
        if (found instanceof Promise) {
          found.then(finish, fail);
        } else {
          finish(found);
        }
      } catch (error) {
        fail(error);
      }
    });
  },
  { name: 'shopfloor-access' },
);

import type { AccessRule } from '../access/accessRule.ts';
import {
  IDEMPOTENCY_KEY_HEADER,
  IDEMPOTENCY_KEY_PATTERN,
} from '../idempotency/idempotencyKey.ts';

const SECURITY_SCHEMES = {
  bearer: {
    type: 'http' as const,
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description:
      'A session token of the storefront, or an access token of staff.',
  },
  mesh: {
    type: 'mutualTLS' as const,
    description:
      'Only other services of the shop may call this; the mesh checks who calls.',
  },
};

/** How callers prove who they are. */
export function securitySchemes(sessionCookie: string | undefined): object {
  return sessionCookie === undefined
    ? SECURITY_SCHEMES
    : {
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: sessionCookie,
          description: 'The session of a browser; given at the first need.',
        },
        bearer: SECURITY_SCHEMES.bearer,
      };
}

interface RouteSchema {
  headers?: unknown;
  security?: unknown;
  description?: string;
  [key: string]: unknown;
}

function withKeyHeader(headers: unknown): object {
  const given = (headers ?? {}) as {
    properties?: object;
    required?: string[];
  };
  return {
    type: 'object',
    ...given,
    properties: {
      ...given.properties,
      [IDEMPOTENCY_KEY_HEADER]: {
        type: 'string',
        pattern: IDEMPOTENCY_KEY_PATTERN,
        description:
          'New for each intention, the same when it is sent again: the answer is then that of the first time.',
      },
    },
    required: [...(given.required ?? []), IDEMPOTENCY_KEY_HEADER],
  };
}

function securityOf(access: AccessRule, session: boolean): object[] {
  if (access === 'public') {
    return [];
  }
  if (access === 'internal') {
    return [{ mesh: [] }];
  }
  return session ? [{ session: [] }, { bearer: [] }] : [{ bearer: [] }];
}

/** Adds to a route's schema what its configuration means for callers: security and the idempotency key. */
export function documentRoute<Schema>(
  schema: Schema,
  config: {
    access?: AccessRule;
    idempotent?: boolean;
    sessionCookie?: string;
  } = {},
): Schema {
  const given = (schema ?? {}) as RouteSchema;
  const { access, idempotent } = config;
  if (access === undefined || given.hide) {
    return schema;
  }
  const role = access.startsWith('staff:') ? access.slice(6) : undefined;
  return {
    ...given,
    security:
      given.security ?? securityOf(access, config.sessionCookie !== undefined),
    ...(role && {
      description: [given.description, `For staff with the role \`${role}\`.`]
        .filter(Boolean)
        .join(' '),
    }),
    ...(idempotent && { headers: withKeyHeader(given.headers) }),
  } as Schema;
}

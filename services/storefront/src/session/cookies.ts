import { parse, serialize } from 'cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Cookie that holds the secret of a session. */
export const SESSION_COOKIE = 'sf_session';
/** Cookie that ties a sign-in to the browser that began it. */
export const SIGN_IN_COOKIE = 'sf_sign_in';

const SECRET = /^[\w-]{43}$/;

/** The secret in a cookie of a request; anything that is not one of ours counts as absent. */
export function readCookie(
  request: Pick<FastifyRequest, 'headers'>,
  name: string,
): string | undefined {
  const { cookie } = request.headers;
  if (cookie === undefined) {
    return undefined;
  }
  const value = parse(cookie)[name];
  return value !== undefined && SECRET.test(value) ? value : undefined;
}

/** Options of {@link writeCookie}. */
export interface WriteCookieOptions {
  name: string;
  value: string;
  path: string;
  /** 0 removes it. */
  maxAgeSeconds: number;
  /** Only over TLS. */
  secure: boolean;
}

/** Sets a cookie that scripts cannot read and other sites cannot send along with their writes. */
export function writeCookie(
  reply: FastifyReply,
  options: WriteCookieOptions,
): void {
  const { name, value, path, maxAgeSeconds, secure } = options;
  reply.header(
    'set-cookie',
    serialize(name, value, {
      path,
      maxAge: maxAgeSeconds,
      httpOnly: true,
      sameSite: 'lax',
      secure,
    }),
  );
}

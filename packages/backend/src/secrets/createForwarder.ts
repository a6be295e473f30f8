import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { pipeline } from 'node:stream';
import { LoggerService } from '@backstage/backend-plugin-api';
import { ServiceUnavailableError, stringifyError } from '@backstage/errors';
import { RequestHandler } from 'express';

/** Headers that are about one connection (RFC 9110, 7.6.1). */
const OF_THE_CONNECTION = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** What {@link createForwarder} needs. */
export interface ForwarderOptions {
  /** Address of the other backend; without it every request is answered with 503. */
  backendUrl: string | undefined;
  /** Path below which it has what is forwarded. */
  path: string;
  /** How long it may be silent, in milliseconds. */
  deadlineMs: number;
  logger: LoggerService;
}

/**
 * Passes requests on to another backend, and its answers back, as they come: neither is read as a whole or changed but for headers
 * of the connection. While the other backend is away the answer is 503 and says so.
 */
export function createForwarder(options: ForwarderOptions): RequestHandler {
  const { backendUrl, path, deadlineMs, logger } = options;
  const base = backendUrl === undefined ? undefined : new URL(backendUrl);
  return (req, res, next) => {
    if (!base) {
      next(
        new ServiceUnavailableError(
          'No secrets backend is connected; set secrets.backendUrl to its address',
        ),
      );
      return;
    }
    const send = base.protocol === 'https:' ? requestHttps : requestHttp;
    const forwarded = send(
      {
        protocol: base.protocol,
        hostname: base.hostname,
        port: base.port,
        method: req.method,
        path: `${base.pathname.replace(/\/$/, '')}${path}${req.url === '/' ? '' : req.url}`,
        headers: { ...passedOn(req.headers), host: base.host },
      },
      answer => {
        res.writeHead(answer.statusCode ?? 502, passedOn(answer.headers));
        pipeline(answer, res, () => {});
      },
    );
    forwarded.setTimeout(deadlineMs, () =>
      forwarded.destroy(new Error(`silent for ${deadlineMs / 1_000} s`)),
    );
    forwarded.on('error', error => {
      if (res.destroyed) {
        return;
      }
      logger.warn(
        `The secrets backend does not answer: ${stringifyError(error)}`,
      );
      if (res.headersSent) {
        // Half an answer is ended as a broken one, not as a whole one.
        res.destroy(error);
        return;
      }
      next(
        new ServiceUnavailableError(
          'The secrets backend does not answer. Nothing is lost: what was asked for waits until it is back. Try again in a moment',
        ),
      );
    });
    res.on('close', () => forwarded.destroy());
    pipeline(req, forwarded, () => {});
  };
}

function passedOn<T extends Record<string, unknown>>(headers: T): T {
  return Object.fromEntries(
    Object.entries(headers).filter(
      ([name, value]) => value !== undefined && !OF_THE_CONNECTION.has(name),
    ),
  ) as T;
}

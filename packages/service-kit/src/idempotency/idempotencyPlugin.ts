import { randomUUID } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import type { Database } from '../postgres/Database.ts';
import {
  ConflictError,
  DomainError,
  UnprocessableError,
} from '../problems/DomainError.ts';
import { CALLER_HEADER, callerIdentity } from '../access/callerIdentity.ts';
import { RequestTimeoutError } from '../http/requestTimeoutPlugin.ts';
import { newId } from '../ids/newId.ts';
import { fingerprintOf } from './fingerprint.ts';
import {
  IDEMPOTENCY_KEY_HEADER,
  parseIdempotencyKey,
} from './idempotencyKey.ts';
import {
  beginStatement,
  completeStatement,
  releaseStatement,
  trimStatement,
} from './statements.ts';

/** What a handler of an idempotent route has to know. */
export interface Idempotency {
  key: string;
  /**
   * Id for what the request makes. It is stored before the handler begins and is the
   * same in every attempt: a handler that makes its thing under this id can find it
   * after a crash.
   */
  resourceId: string;
  /** Whether an earlier attempt may have begun: look for `resourceId` first. */
  resumed: boolean;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether the route needs an Idempotency-Key and answers a repetition as the first time. */
    idempotent?: boolean;
  }
  interface FastifyRequest {
    /** Set on routes with `config.idempotent` before the handler runs. */
    idempotency: Idempotency | null;
  }
}

/** Options of {@link idempotencyPlugin}. */
export interface IdempotencyPluginOptions {
  database: Pick<Database, 'query'>;
  /** How long one attempt may run before another takes over; longer than the request timeout. Default 30 s. */
  leaseMs?: number;
  /** How long a key is kept. Default 7 days; longer than any provider keeps its own. */
  keepSeconds?: number;
  /** How often expired keys are removed; 0: never by this instance. Default 10 minutes. */
  trimEveryMs?: number;
}

interface BeginRow {
  state: 'taken' | 'other-body' | 'running' | 'done';
  resource_id: string;
  attempt: number;
  status: number | null;
  headers: Record<string, string> | null;
  body: Buffer | null;
  wait_ms: number;
}

interface Held {
  caller: string;
  operation: string;
  key: string;
  leaseToken: string;
  /** The handler still runs although the request was answered: its lease must run out. */
  abandoned: boolean;
  settled: boolean;
}

const HELD = Symbol('idempotency lease');
type Holder = FastifyRequest & { [HELD]?: Held };

/** Headers that belong to an answer; those of the connection or the moment do not. */
const KEPT_HEADERS = ['content-type', 'location', 'etag', 'content-language'];
/** Refusals that say "not now": a repetition is to be tried, not answered from memory. */
const PASSING = new Set([408, 425, 429]);

function callerOf(request: FastifyRequest): string {
  if (request.principal) {
    return request.principal.subject;
  }
  const caller = callerIdentity(request.headers[CALLER_HEADER]);
  return caller ? `service:${caller.account}` : 'anonymous';
}

function inProgress(retryAfterSeconds: number): DomainError {
  return new ConflictError({
    code: 'request-in-progress',
    message:
      'A request with this Idempotency-Key is being carried out. Send it again shortly to get its answer.',
    retryAfterSeconds,
  });
}

/**
 * Makes routes with `config: { idempotent: true }` safe to repeat: the same key and
 * request get the same answer, byte for byte; another request with the key is a 422;
 * while the first runs, others get a 409. A process that is killed loses its lease,
 * and a repetition resumes. Faults (5xx) are not remembered.
 */
export const idempotencyPlugin = fp<IdempotencyPluginOptions>(
  async (app, options) => {
    const { database } = options;
    const leaseMs = options.leaseMs ?? 30_000;
    const keepSeconds = options.keepSeconds ?? 7 * 24 * 60 * 60;

    const begin = async (
      request: FastifyRequest,
      held: Held,
    ): Promise<BeginRow> => {
      const fingerprint = fingerprintOf(request);
      for (let tries = 0; tries < 3; tries += 1) {
        const [row] = await database.query<BeginRow>(beginStatement, [
          held.caller,
          held.operation,
          held.key,
          fingerprint,
          newId(),
          held.leaseToken,
          leaseMs,
          keepSeconds,
        ]);
        if (row) {
          return row;
        }
      }
      throw inProgress(1);
    };

    const release = async (held: Held): Promise<void> => {
      const { caller, operation, key, leaseToken } = held;
      await database.query(releaseStatement, [
        caller,
        operation,
        key,
        leaseToken,
      ]);
    };

    app.decorateRequest('idempotency', null);

    app.addHook('preHandler', async (request: Holder, reply: FastifyReply) => {
      if (!request.routeOptions.config.idempotent) {
        return undefined;
      }
      const held: Held = {
        caller: callerOf(request),
        operation: `${request.method} ${request.routeOptions.url}`,
        key: parseIdempotencyKey(request.headers[IDEMPOTENCY_KEY_HEADER]),
        leaseToken: randomUUID(),
        abandoned: false,
        settled: false,
      };
      const row = await begin(request, held);
      switch (row.state) {
        case 'other-body':
          throw new UnprocessableError({
            code: 'idempotency-key-reused',
            message:
              'This Idempotency-Key was used for another request. Use a new one.',
            fields: [
              {
                in: 'header',
                field: IDEMPOTENCY_KEY_HEADER,
                message: 'was used for another request',
              },
            ],
          });
        case 'running':
          throw inProgress(
            Math.min(5, Math.max(1, Math.ceil(row.wait_ms / 1000))),
          );
        case 'done':
          return reply
            .code(row.status!)
            .headers({ ...row.headers, 'idempotency-replayed': 'true' })
            .send(row.body);
        default:
          if (reply.sent) {
            // Timed out while the key was taken: the handler will not run.
            await release(held);
            return reply;
          }
          request[HELD] = held;
          request.idempotency = {
            key: held.key,
            resourceId: row.resource_id,
            resumed: row.attempt > 1,
          };
          return undefined;
      }
    });

    // Runs for the answer of a timeout as well, while the handler runs on.
    app.addHook('onError', (request: Holder, _reply, error, done) => {
      const held = request[HELD];
      if (held && (error as unknown) instanceof RequestTimeoutError) {
        held.abandoned = true;
      }
      done();
    });

    const settle = async (
      held: Held,
      reply: FastifyReply,
      payload: unknown,
    ): Promise<void> => {
      const { caller, operation, key, leaseToken } = held;
      const { statusCode } = reply;
      if (statusCode >= 500 || PASSING.has(statusCode)) {
        if (!held.abandoned) {
          await release(held);
        }
        return;
      }
      const headers: Record<string, string> = {};
      for (const name of KEPT_HEADERS) {
        const value = reply.getHeader(name);
        if (value !== undefined) {
          headers[name] = String(value);
        }
      }
      const body =
        typeof payload === 'string' ? Buffer.from(payload) : (payload ?? null);
      if (body !== null && !Buffer.isBuffer(body)) {
        throw new Error(
          `${operation} is idempotent, so it cannot answer a stream`,
        );
      }
      const stored = await database.query(completeStatement, [
        caller,
        operation,
        key,
        leaseToken,
        statusCode,
        JSON.stringify(headers),
        body,
      ]);
      if (stored.length === 0) {
        app.log.warn(
          { operation },
          'An idempotent request outlived its lease; another attempt answers for it',
        );
      }
    };

    app.addHook('onSend', async (request: Holder, reply, payload) => {
      const held = request[HELD];
      if (held && !held.settled) {
        held.settled = true;
        try {
          await settle(held, reply, payload);
        } catch (error) {
          // What was done is done and may be told; a repetition finds it by its id.
          request.log.error({ error }, 'The answer could not be remembered');
        }
      }
      return payload;
    });

    const trimEveryMs = options.trimEveryMs ?? 10 * 60_000;
    if (trimEveryMs > 0) {
      const timer = setInterval(() => {
        trimIdempotencyKeys(database).catch(error =>
          app.log.warn({ error }, 'Expired idempotency keys were not removed'),
        );
      }, trimEveryMs);
      timer.unref();
      app.addHook('onClose', async () => clearInterval(timer));
    }
  },
  { name: 'shopfloor-idempotency' },
);

/** Removes expired keys. Returns how many. */
export async function trimIdempotencyKeys(
  database: Pick<Database, 'query'>,
): Promise<number> {
  let total = 0;
  for (;;) {
    const { length } = await database.query(trimStatement, [1000]);
    total += length;
    if (length < 1000) {
      return total;
    }
  }
}

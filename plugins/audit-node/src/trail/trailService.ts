import { randomUUID } from 'node:crypto';
import {
  coreServices,
  createServiceFactory,
  createServiceRef,
  LoggerService,
} from '@backstage/backend-plugin-api';
import { ServiceUnavailableError, stringifyError } from '@backstage/errors';
import { JsonObject, JsonValue } from '@backstage/types';
import { ActIntent, ActResult } from '@shopfloor/plugin-audit-common';
import { mask, redact, TrailSchema } from './redact';
import { TrailClient } from './TrailClient';

/** An act that is about to be done. */
export interface BeginActOptions extends Omit<
  ActIntent,
  'actId' | 'before' | 'details'
> {
  before?: JsonValue;
  details?: JsonObject;
  /** What of `before` and `after` may stand in the trail. */
  schema: TrailSchema;
}

/** An act whose intent is in the trail. */
export interface BegunAct {
  actId: string;
  /** Never throws: the act is done. What could not be told stays an act of unknown outcome. */
  succeed(after?: JsonValue, details?: JsonObject): Promise<void>;
  /** Never throws. */
  fail(error: Error): Promise<void>;
}

/** The audit trail for plugins that write. */
export interface AuditTrailService {
  /**
   * Puts the intent into the trail. Without it nothing may be written.
   *
   * @throws ServiceUnavailableError when the intent is not in the trail
   */
  begin(options: BeginActOptions): Promise<BegunAct>;
  /** Puts a try that was refused into the trail. Never throws: the refusal stands either way. */
  deny(options: BeginActOptions & { error: Error }): Promise<void>;
}

/** {@link AuditTrailService} over a client. */
export class DefaultAuditTrailService implements AuditTrailService {
  readonly #client: Pick<TrailClient, 'begin' | 'end'>;
  readonly #logger: LoggerService;

  constructor(options: {
    client: Pick<TrailClient, 'begin' | 'end'>;
    logger: LoggerService;
  }) {
    this.#client = options.client;
    this.#logger = options.logger;
  }

  async begin(options: BeginActOptions): Promise<BegunAct> {
    const { schema, before, details, ...rest } = options;
    const actId = randomUUID();
    try {
      await this.#client.begin({
        ...(mask(rest as unknown as JsonObject) as unknown as typeof rest),
        actId,
        ...(before !== undefined && { before: redact(before, schema) }),
        ...(details && { details: mask(details) as JsonObject }),
      });
    } catch (error) {
      throw new ServiceUnavailableError(
        'The audit trail does not take what you are about to do, so nothing was done; try again in a moment',
        error,
      );
    }
    return {
      actId,
      succeed: (after, more) =>
        this.#end(actId, {
          outcome: 'succeeded',
          ...(after !== undefined && { after: redact(after, schema) }),
          ...(more && { details: mask(more) as JsonObject }),
        }),
      fail: error =>
        this.#end(actId, {
          outcome: error.name === 'NotAllowedError' ? 'denied' : 'failed',
          error: errorWords(error),
        }),
    };
  }

  async deny(options: BeginActOptions & { error: Error }): Promise<void> {
    const { error, ...rest } = options;
    try {
      const act = await this.begin(rest);
      await this.#end(act.actId, {
        outcome: 'denied',
        error: errorWords(error),
      });
    } catch (failure) {
      this.#logger.error(
        `A refused ${options.action} of ${options.actor} is not in the audit trail: ${stringifyError(failure)}`,
      );
    }
  }

  async #end(actId: string, result: ActResult): Promise<void> {
    let last: unknown;
    for (let attempt = 0; attempt < 3; attempt += 1) {
      try {
        await this.#client.end(actId, result);
        return;
      } catch (error) {
        last = error;
      }
    }
    this.#logger.error(
      `The outcome of act ${actId} (${result.outcome}) is not in the audit trail: ${stringifyError(last)}`,
    );
  }
}

/** An error as the trail may have it. */
function errorWords(error: Error): string {
  return String(mask(`${error.name}: ${error.message}`)).slice(0, 1_000);
}

/** Service reference of the audit trail; needs no registration. */
export const auditTrailServiceRef = createServiceRef<AuditTrailService>({
  id: 'audit.trail',
  scope: 'plugin',
  defaultFactory: async service =>
    createServiceFactory({
      service,
      deps: {
        auth: coreServices.auth,
        discovery: coreServices.discovery,
        logger: coreServices.logger,
      },
      factory: ({ auth, discovery, logger }) =>
        new DefaultAuditTrailService({
          client: new TrailClient({ auth, discovery }),
          logger,
        }),
    }),
});

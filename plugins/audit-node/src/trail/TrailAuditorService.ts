import {
  AuditorService,
  AuditorServiceCreateEventOptions,
  AuditorServiceEvent,
  AuthService,
  HttpAuthService,
  LoggerService,
} from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import { JsonObject } from '@backstage/types';
import { contentOf } from './actContent';
import { traceIdOf } from './traceId';
import { AuditTrailService, BegunAct } from './trailService';

/** What {@link TrailAuditorService} needs. */
export interface TrailAuditorServiceOptions {
  /** Does what Backstage does with events. */
  inner: AuditorService;
  trail: AuditTrailService;
  auth: AuthService;
  httpAuth: HttpAuthService;
  logger: LoggerService;
  /** Nothing is written by this plugin without its intent in the trail. */
  strict: boolean;
}

/**
 * Backstage's auditor that also keeps the trail: the creation of an event is the intent, its end the outcome. Of plugins
 * that are not strict, events of severity `low` are not kept: these are reads. What is changed, from what to what, comes with
 * the metadata, by `withContent`.
 */
export class TrailAuditorService implements AuditorService {
  readonly #options: TrailAuditorServiceOptions;

  constructor(options: TrailAuditorServiceOptions) {
    this.#options = options;
  }

  async createEvent(
    options: AuditorServiceCreateEventOptions,
  ): Promise<AuditorServiceEvent> {
    const { inner } = this.#options;
    const event = await inner.createEvent(options);
    const low = (options.severityLevel ?? 'low') === 'low';
    if (low && !this.#options.strict) {
      return event;
    }
    let act: BegunAct | undefined;
    try {
      act = await this.#begin(options);
    } catch (error) {
      if (this.#options.strict) {
        await event.fail({ error: error as Error });
        throw error;
      }
      this.#options.logger.error(
        `${options.eventId} is not in the audit trail: ${stringifyError(error)}`,
      );
    }
    return {
      async success(result) {
        await act?.succeed(contentOf(result?.meta).after, result?.meta);
        await event.success(result);
      },
      async fail(result) {
        await act?.fail(result.error);
        await event.fail(result);
      },
    };
  }

  async #begin(options: AuditorServiceCreateEventOptions): Promise<BegunAct> {
    const { trail } = this.#options;
    const { eventId, request, meta = {} } = options;
    const { actor, before, schema = 'redact' } = contentOf(options.meta);
    const traceId =
      text(meta, 'traceId') ?? traceIdOf(request?.headers?.traceparent);
    const entityRefs = Array.isArray(meta.entityRefs) ? meta.entityRefs : [];
    const entityRef =
      text(meta, 'entityRef') ??
      (entityRefs.length === 1 ? String(entityRefs[0]) : undefined);
    return trail.begin({
      action: eventId,
      actor: actor ?? (await this.#actor(options)),
      ...(entityRef && { entityRef }),
      ...pick(meta, 'environment'),
      ...pick(meta, 'reason'),
      ...pick(meta, 'changeId'),
      ...pick(meta, 'approvalId'),
      ...(traceId && { traceId }),
      ...(before !== undefined && { before }),
      ...(request && {
        request: {
          method: request.method,
          // What follows the question mark may be anything.
          url: request.originalUrl.split('?')[0],
        },
      }),
      details: meta,
      schema,
    });
  }

  async #actor({ request }: AuditorServiceCreateEventOptions): Promise<string> {
    const { auth, httpAuth } = this.#options;
    const credentials = request
      ? await httpAuth.credentials(request)
      : await auth.getOwnServiceCredentials();
    if (auth.isPrincipal(credentials, 'user')) {
      return credentials.principal.userEntityRef;
    }
    return auth.isPrincipal(credentials, 'service')
      ? credentials.principal.subject
      : 'nobody';
  }
}

function text(meta: JsonObject, key: string): string | undefined {
  const value = meta[key];
  return typeof value === 'string' && value ? value : undefined;
}

function pick<K extends string>(
  meta: JsonObject,
  key: K,
): { [P in K]?: string } {
  const value = text(meta, key);
  return (value ? { [key]: value } : {}) as { [P in K]?: string };
}

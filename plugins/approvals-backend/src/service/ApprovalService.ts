import { AuditorService } from '@backstage/backend-plugin-api';
import { NotFoundError } from '@backstage/errors';
import {
  Actor,
  ApprovalCommand,
  approvalDecidePermission,
  approvalDiscussPermission,
  ApprovalRequest,
  capacitiesOf,
  capacityOf,
  ListRequestsOptions,
  mayBreakGlass,
  mayReview,
  RequestActs,
  RequestDetail,
  RequestList,
} from '@shopfloor/plugin-approvals-common';
import { afterwards, withContent } from '@shopfloor/plugin-audit-node';
import { audited } from '@shopfloor/plugin-requests-node';
import { Request } from 'express';
import { Readable } from '../access/criteria';
import { RequestAccess } from '../access/RequestAccess';
import { PersonDirectory, UserCredentials } from '../people/PersonDirectory';
import { RequestQueries } from '../store/RequestQueries';
import { RequestStore } from '../store/RequestStore';
import { summaryOf } from './present';
import { refused } from './refused';
import { REQUEST_SCHEMA, requestContent } from './requestContent';

const DEFAULT_LIMIT = 25;

/** What a person does to a request. */
export type PersonCommand = Extract<
  ApprovalCommand,
  {
    type:
      'approve' | 'deny' | 'comment' | 'withdraw' | 'break-glass' | 'review';
  }
>;

/** What {@link ApprovalService} needs. */
export interface ApprovalServiceOptions {
  access: RequestAccess;
  auditor: AuditorService;
  people: PersonDirectory;
  queries: RequestQueries;
  store: RequestStore;
  now: () => Date;
}

/** Requests as a person may see and decide them. */
export class ApprovalService {
  readonly #options: ApprovalServiceOptions;

  constructor(options: ApprovalServiceOptions) {
    this.#options = options;
  }

  async list(
    options: ListRequestsOptions,
    credentials: UserCredentials,
  ): Promise<RequestList> {
    const { access, queries } = this.#options;
    const { limit = DEFAULT_LIMIT, offset = 0 } = options;
    const readable = await access.readable(credentials);
    const [page, counts, facets] = await Promise.all([
      queries.list(readable, { ...options, limit, offset }),
      queries.counts(readable),
      queries.facets(readable),
    ]);
    return {
      items: page.items.map(({ request, waitingForMe }) =>
        summaryOf(request, waitingForMe),
      ),
      totalItems: page.totalItems,
      counts,
      facets,
    };
  }

  /** @throws NotFoundError when there is none, or none that the person may see */
  async get(id: string, credentials: UserCredentials): Promise<RequestDetail> {
    const readable = await this.#options.access.readable(credentials);
    return this.#detail(await this.#find(readable, id), readable, credentials);
  }

  /**
   * Does something as a person.
   *
   * @throws NotFoundError when the person may not see it, NotAllowedError, InputError or ConflictError by the refusal
   */
  async act(
    id: string,
    command: PersonCommand,
    credentials: UserCredentials,
    httpRequest: Request,
  ): Promise<RequestDetail> {
    const { access, auditor, people, store, now } = this.#options;
    const readable = await access.readable(credentials);
    const found = await this.#find(readable, id);
    const changed = await audited(
      auditor,
      {
        eventId: `request-${command.type}`,
        request: httpRequest,
        meta: withContent(metaOf(found, command), {
          before: requestContent(found),
          schema: REQUEST_SCHEMA,
        }),
        result: after => afterwards(requestContent(after)),
      },
      async () => {
        await access.require(permissionOf(command), credentials);
        const result = await store.change(id, command, {
          now: now().toISOString(),
          actor: people.actorFor(readable.person, found.subject.type),
        });
        if ('refusal' in result) {
          throw refused(result.refusal);
        }
        return result.request;
      },
    );
    return this.#detail(changed, readable, credentials);
  }

  async #find(readable: Readable, id: string): Promise<ApprovalRequest> {
    const request = await this.#options.queries.get(readable, id);
    if (!request) {
      throw new NotFoundError(
        `There is no request ${id}, or you may not see it`,
      );
    }
    return request;
  }

  async #detail(
    request: ApprovalRequest,
    readable: Readable,
    credentials: UserCredentials,
  ): Promise<RequestDetail> {
    const { access, people, store } = this.#options;
    const [events, mayDecide, mayDiscuss] = await Promise.all([
      store.events(request.id),
      access.may(approvalDecidePermission, credentials),
      access.may(approvalDiscussPermission, credentials),
    ]);
    return {
      request,
      history: events.filter(({ type }) => type !== 'opened'),
      acts: actsOf({
        request,
        actor: people.actorFor(readable.person, request.subject.type),
        mayDecide,
        mayDiscuss,
      }),
    };
  }
}

function permissionOf(command: PersonCommand) {
  return command.type === 'comment' || command.type === 'withdraw'
    ? approvalDiscussPermission
    : approvalDecidePermission;
}

function metaOf(
  { id, subject, version }: ApprovalRequest,
  command: PersonCommand,
): Record<string, string> {
  const { plugin, type, subjectId, contentHash } = subject;
  return {
    requestId: id,
    approvalId: id,
    ...(subject.entityRef && { entityRef: subject.entityRef }),
    ...(subject.environment && { environment: subject.environment }),
    plugin,
    type,
    subjectId,
    contentHash,
    version: String(version),
    ...('stage' in command && { stage: command.stage }),
    ...('actingFor' in command &&
      command.actingFor && { actingFor: command.actingFor }),
    ...('verdict' in command && { verdict: command.verdict }),
    ...('reason' in command && command.reason && { reason: command.reason }),
    ...('comment' in command &&
      command.comment && { comment: command.comment }),
  };
}

function actsOf(options: {
  request: ApprovalRequest;
  actor: Actor;
  mayDecide: boolean;
  mayDiscuss: boolean;
}): RequestActs {
  const { request, actor, mayDecide, mayDiscuss } = options;
  const waiting = request.state === 'waiting';
  const own = waiting ? capacityOf(request, actor) : 'wrong-state';
  const review =
    request.state === 'break-glass' ? mayReview(request, actor) : 'wrong-state';
  const denied = 'no-permission' as const;
  return {
    decide: waiting && mayDecide ? capacitiesOf(request, actor) : [],
    ...(!mayDecide
      ? { whyNotDecide: denied, whyNotReview: denied }
      : {
          ...(typeof own === 'string' && { whyNotDecide: own }),
          ...(review !== true && { whyNotReview: review }),
        }),
    comment: mayDiscuss,
    withdraw: waiting && mayDiscuss && actor.ref === request.requester,
    breakGlass: waiting && mayDecide && mayBreakGlass(request, actor) === true,
    review: mayDecide && review === true,
  };
}

import { AuditorService } from '@backstage/backend-plugin-api';
import { ConflictError, NotFoundError } from '@backstage/errors';
import {
  ApprovalCommand,
  ApprovalRequest,
  QueuedOutcome,
  RequestReceipt,
  selectPolicy,
  SubjectRequest,
} from '@shopfloor/plugin-approvals-common';
import { afterwards, withContent } from '@shopfloor/plugin-audit-node';
import { audited } from '@shopfloor/plugin-requests-node';
import { Request } from 'express';
import { Knex } from 'knex';
import { PersonDirectory } from '../people/PersonDirectory';
import { OutcomeStore } from '../store/OutcomeStore';
import { PolicyStore } from '../store/PolicyStore';
import { changeIn, openIn, RequestStore } from '../store/RequestStore';
import { receiptOf } from './present';
import { refused } from './refused';
import { REQUEST_SCHEMA, requestContent } from './requestContent';

/** What {@link SubjectService} needs. */
export interface SubjectServiceOptions {
  auditor: AuditorService;
  outcomes: OutcomeStore;
  people: PersonDirectory;
  policies: PolicyStore;
  store: RequestStore;
  newId: () => string;
  now: () => Date;
}

/** A request of a plugin. */
export interface Asked {
  /** Id of the plugin. */
  plugin: string;
  input: SubjectRequest;
  /** The same key twice is one request, whatever became of it. */
  requestKey?: string;
  httpRequest: Request;
}

interface Prepared extends Pick<
  Extract<ApprovalCommand, { type: 'open' }>,
  'subject' | 'requester' | 'policy' | 'entityOwners'
> {
  requestKey?: string;
}

/** What plugins that own subjects do: ask, replace, withdraw, take outcomes. */
export class SubjectService {
  readonly #options: SubjectServiceOptions;

  constructor(options: SubjectServiceOptions) {
    this.#options = options;
  }

  /**
   * Asks for a decision. Asking the same again while it waits is the same request.
   *
   * @throws InputError about what is wrong with it, ConflictError without a policy or approvers, or when other content of the
   * subject waits already
   */
  async request(asked: Asked): Promise<RequestReceipt> {
    return this.#open(
      'subject-request',
      asked,
      async (tx, prepared, waiting) => {
        if (waiting) {
          if (waiting.subject.contentHash === asked.input.contentHash) {
            return waiting;
          }
          throw new ConflictError(
            `The request ${waiting.id} about ${asked.input.type} ${asked.input.subjectId} waits with other content; supersede or withdraw it`,
          );
        }
        return this.#create(tx, prepared());
      },
    );
  }

  /** Asks for a decision about changed content: what waits about the subject is closed, and nothing of it counts. */
  async supersede(asked: Asked): Promise<RequestReceipt> {
    return this.#open(
      'subject-supersede',
      asked,
      async (tx, prepared, waiting) => {
        if (!waiting) {
          return this.#create(tx, prepared());
        }
        if (waiting.subject.contentHash === asked.input.contentHash) {
          return waiting;
        }
        const id = this.#options.newId();
        const closed = await changeIn(
          tx,
          waiting.id,
          { type: 'supersede', supersededBy: id },
          { now: this.#options.now().toISOString() },
        );
        if ('refusal' in closed) {
          throw refused(closed.refusal);
        }
        return this.#create(tx, prepared(), { id, supersedes: waiting.id });
      },
    );
  }

  /** @throws NotFoundError when the plugin asked for no such request, ConflictError when it is decided */
  async withdraw(options: {
    plugin: string;
    id: string;
    reason?: string;
    httpRequest: Request;
  }): Promise<RequestReceipt> {
    const { auditor, store, now } = this.#options;
    const { plugin, id, reason, httpRequest } = options;
    const found = await store.get(id);
    if (found?.subject.plugin !== plugin) {
      throw new NotFoundError(`${plugin} asked for no request ${id}`);
    }
    return audited(
      auditor,
      {
        eventId: 'subject-withdraw',
        request: httpRequest,
        meta: withContent(
          {
            requestId: id,
            approvalId: id,
            plugin,
            ...aboutOf(found.subject),
            ...(reason && { reason }),
          },
          { before: requestContent(found), schema: REQUEST_SCHEMA },
        ),
        result: ({ state }) => afterwards({ state }),
      },
      async () => {
        const result = await store.change(
          id,
          { type: 'withdraw', reason },
          { now: now().toISOString() },
        );
        if ('refusal' in result) {
          throw refused(result.refusal);
        }
        return receiptOf(result.request);
      },
    );
  }

  /** The requests about a subject of the plugin, newest first. */
  async list(key: {
    plugin: string;
    type: string;
    subjectId: string;
  }): Promise<RequestReceipt[]> {
    return (await this.#options.store.ofSubject(key)).map(receiptOf);
  }

  async outcomes(options: {
    plugin: string;
    after: number;
    limit: number;
  }): Promise<QueuedOutcome[]> {
    return this.#options.outcomes.pending(options);
  }

  async acknowledge(options: {
    plugin: string;
    positions: number[];
  }): Promise<void> {
    const { outcomes, now } = this.#options;
    await outcomes.acknowledge({ ...options, now: now() });
  }

  async #open(
    eventId: string,
    asked: Asked,
    work: (
      tx: Knex.Transaction,
      prepared: () => Prepared,
      waiting: ApprovalRequest | undefined,
    ) => Promise<ApprovalRequest>,
  ): Promise<RequestReceipt> {
    const { auditor, store, now } = this.#options;
    const { plugin, input, requestKey, httpRequest } = asked;
    const { type, subjectId, contentHash, requester } = input;
    return audited(
      auditor,
      {
        eventId,
        request: httpRequest,
        meta: withContent(
          {
            plugin,
            type,
            subjectId,
            contentHash,
            requester,
            ...aboutOf(input),
          },
          { schema: REQUEST_SCHEMA },
        ),
        result: ({ id, state }) =>
          withContent({ approvalId: id }, { after: { state } }),
      },
      async () => {
        // Nothing of other systems is waited for while the subject is locked. What is wrong matters only to a new request.
        const prepared = await this.#prepare(asked).then(
          value => () => value,
          error => () => {
            throw error;
          },
        );
        return store.withSubject(
          { plugin, type, subjectId },
          now().toISOString(),
          async (tx, waiting) => {
            const known =
              requestKey && (await store.getByKey(plugin, requestKey, tx));
            return receiptOf(known || (await work(tx, prepared, waiting)));
          },
        );
      },
    );
  }

  async #prepare(asked: Asked): Promise<Prepared> {
    const { people, policies } = this.#options;
    const { plugin, input, requestKey } = asked;
    const { requester, ...content } = input;
    const { type, environment, production, risk, entityRef } = content;
    const policy = selectPolicy(await policies.policies(), {
      plugin,
      type,
      environment,
      production,
      risk,
    });
    if (!policy) {
      throw new ConflictError(
        `No policy says who decides about "${type}" of the plugin ${plugin}; add one to the files of approvals.policies`,
      );
    }
    const entityOwners =
      entityRef === undefined ? [] : await people.ownersOf(entityRef);
    return {
      subject: { plugin, ...content },
      requester,
      policy,
      entityOwners,
      requestKey,
    };
  }

  async #create(
    tx: Knex.Transaction,
    prepared: Prepared,
    more: { id?: string; supersedes?: string } = {},
  ): Promise<ApprovalRequest> {
    const { newId, now } = this.#options;
    const { requestKey, ...opening } = prepared;
    const { id = newId(), supersedes } = more;
    const result = await openIn(
      tx,
      { type: 'open', id, supersedes, ...opening },
      { now: now().toISOString(), requestKey },
    );
    if ('refusal' in result) {
      throw refused(result.refusal);
    }
    return result.request;
  }
}

/** What a request is about, as far as the audit looks for it. */
function aboutOf({
  entityRef,
  environment,
}: Pick<SubjectRequest, 'entityRef' | 'environment'>) {
  return {
    ...(entityRef && { entityRef }),
    ...(environment && { environment }),
  };
}

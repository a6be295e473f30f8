import { AuditorService, LoggerService } from '@backstage/backend-plugin-api';
import { ResponseError, stringifyError } from '@backstage/errors';
import { ResourcePermission } from '@backstage/plugin-permission-common';
import {
  contentHash,
  ApprovalsService,
} from '@shopfloor/plugin-approvals-node';
import { afterwards, withContent } from '@shopfloor/plugin-audit-node';
import { audited } from '@shopfloor/plugin-requests-node';
import {
  AskInput,
  BlastRadius,
  Grant,
  GrantCommand,
  GrantList,
  GrantRequest,
  grantRefusal,
  ListGrantsOptions,
  longestGrantSeconds,
  Preview,
  RenewInput,
  secretGrantCreatePermission,
  secretGrantReadPermission,
  secretGrantRenewPermission,
  secretGrantRepairPermission,
  secretGrantRevokePermission,
  SHORTEST_GRANT_SECONDS,
} from '@shopfloor/plugin-secrets-common';
import { Request } from 'express';
import {
  GrantAccess,
  notGranted,
  UserCredentials,
} from '../access/GrantAccess';
import { answer } from '../answer';
import { BlastRadiusReader } from '../people/BlastRadiusReader';
import { EntityDirectory } from '../people/EntityDirectory';
import { DeclarationStore } from '../store/DeclarationStore';
import { GrantQueries } from '../store/GrantQueries';
import { summaryOf } from '../store/grantRow';
import { GrantStore, StoredGrant } from '../store/GrantStore';
import { GRANT_TRAIL, metaOf, trailOf } from './auditContent';
import { readCursor, writeCursor } from './cursor';
import { Presenter, resourceOf } from './Presenter';
import { Previewer } from './Previewer';
import { refused } from './refused';

const DEFAULT_LIMIT = 25;

/** Who acts, how, and with which key, so that it is done once. */
export interface ActOptions {
  credentials: UserCredentials;
  httpRequest: Request;
  idempotencyKey: string;
}

/** Acts on a grant that need nothing but its id. */
export type PlainAct = 'repair' | 'accept' | 'retry';

/** What {@link GrantService} needs. */
export interface GrantServiceOptions {
  access: GrantAccess;
  approvals: ApprovalsService;
  auditor: AuditorService;
  blastRadius: BlastRadiusReader;
  declarations: DeclarationStore;
  directory: EntityDirectory;
  logger: LoggerService;
  presenter: Presenter;
  previewer: Previewer;
  queries: GrantQueries;
  store: GrantStore;
  newId: () => string;
  now: () => Date;
}

/** What people do with grants. The work on Vault is the worker's. */
export class GrantService {
  readonly #options: GrantServiceOptions;

  constructor(options: GrantServiceOptions) {
    this.#options = options;
  }

  async preview(
    request: GrantRequest,
    credentials: UserCredentials,
  ): Promise<Preview> {
    const { access, blastRadius, logger, previewer } = this.#options;
    await access.require(secretGrantCreatePermission, credentials);
    const [{ preview }, near] = await Promise.all([
      previewer.prepare(request, credentials),
      // What is near is told beside the decision; without it the rest is as true.
      blastRadius.of(request, credentials).catch(error => {
        logger.warn(
          `What is near ${request.owner} in the catalog is not known: ${stringifyError(error)}`,
        );
        return undefined;
      }),
    ]);
    return { ...preview, ...(near && { blastRadius: near }) };
  }

  /** @throws NotFoundError, also when the person may not see the grant */
  async blastRadius(
    id: string,
    credentials: UserCredentials,
  ): Promise<BlastRadius> {
    const { grant } = await this.#readable(id, credentials);
    return this.#options.blastRadius.of(grant.request, credentials);
  }

  /** Asks for what was shown. */
  async ask(
    { request, contentHash: shown }: AskInput,
    options: ActOptions,
  ): Promise<Grant> {
    const { access, auditor, previewer, store, newId, now } = this.#options;
    const { credentials, httpRequest, idempotencyKey } = options;
    const { environment, owner, secret, subject } = request;
    return audited(
      auditor,
      {
        eventId: 'grant-ask',
        request: httpRequest,
        meta: {
          environment,
          owner,
          reason: request.reason,
          entityRef: subject.kind === 'person' ? owner : subject.entityRef,
          path: `${secret.kind} ${secret.path}`,
          access: request.access.join(' '),
          subject:
            subject.kind === 'person' ? subject.email : subject.entityRef,
          contentHash: shown,
        },
      },
      async () => {
        await access.require(secretGrantCreatePermission, credentials);
        const person = await this.#options.directory.person(credentials);
        const act = {
          person: person.ref,
          key: idempotencyKey,
          act: `ask ${contentHash({ request, shown })}`,
        };
        const id = newId();
        const known = await store.resultOf(act);
        if (known) {
          return this.get(known, credentials);
        }
        const prepared = await previewer.prepare(request, credentials);
        const { preview, slot, owners } = prepared;
        if (preview.contentHash !== shown) {
          throw answer('content-changed', {});
        }
        if (!preview.mayAsk) {
          const findings = preview.lint
            .filter(({ severity }) => severity === 'error')
            .map(finding => finding.words.en)
            .join('; ');
          throw findings
            ? answer('lint-error', { findings })
            : answer('nobody-authorises', {});
        }
        const grant = await store.open({
          slot,
          owners,
          diff: {
            ...preview.diff,
            words: [
              ...preview.diff.words,
              ...preview.lint.map(({ words }) => words),
            ],
          },
          act,
          now: now(),
          command: {
            type: 'ask',
            id,
            slot,
            number: prepared.number,
            request: prepared.request,
            plan: preview.plan,
            ...(prepared.base && { base: prepared.base }),
            contentHash: preview.contentHash,
            requester: person.ref,
          },
        });
        if (!grant) {
          throw answer('content-changed', {});
        }
        return this.get(grant.id, credentials);
      },
    );
  }

  async list(
    filter: ListGrantsOptions,
    credentials: UserCredentials,
  ): Promise<GrantList> {
    const { access, queries } = this.#options;
    const { limit = DEFAULT_LIMIT, cursor } = filter;
    const after = cursor ? readCursor(cursor) : undefined;
    const { items, totalItems, counts } = await queries.list({
      readable: await access.readable(credentials),
      filter,
      limit: limit + 1,
      ...(after && { after: { requestedAt: after.moment, id: after.id } }),
    });
    const page = items.slice(0, limit);
    const last = page.at(-1);
    return {
      items: page.map(summaryOf),
      totalItems,
      counts,
      ...(items.length > limit &&
        last && { nextCursor: writeCursor(last.requestedAt, last.id) }),
    };
  }

  /** @throws NotFoundError, also when the person may not see it */
  async get(id: string, credentials: UserCredentials): Promise<Grant> {
    const { directory, presenter, store } = this.#options;
    const stored = await this.#readable(id, credentials);
    const [history, { ref }] = await Promise.all([
      store.events(id),
      directory.person(credentials),
    ]);
    return presenter.grant(stored, history, { ref, credentials });
  }

  /** Takes a request back, first where it is decided. */
  async withdraw(id: string, options: ActOptions): Promise<Grant> {
    return this.#act(
      id,
      'withdraw',
      options,
      async ({ stored, actor, act }) => {
        const { access, approvals } = this.#options;
        await access.require(secretGrantCreatePermission, options.credentials);
        const { grant } = stored;
        if (grant.requestedBy !== actor) {
          throw refused(grantRefusal('not-requester'));
        }
        if (grant.state === 'requested' && grant.approvalRequestId) {
          await approvals
            .withdraw({
              id: grant.approvalRequestId,
              reason: 'Withdrawn by who asked for the grant',
            })
            .catch(error => {
              // Withdrawn before, or decided just now: the outcome says which.
              if (
                !(error instanceof ResponseError) ||
                error.statusCode !== 409
              ) {
                throw error;
              }
            });
        }
        return this.#change(id, { type: 'withdraw' }, actor, act);
      },
    );
  }

  async renew(input: RenewInput, options: ActOptions): Promise<Grant> {
    const { id, reason, durationSeconds } = input;
    return this.#act(id, 'renew', options, async ({ stored, actor, act }) => {
      await this.#requireOn(secretGrantRenewPermission, stored, options);
      const { request, plan } = stored.grant;
      if (request.subject.kind === 'person') {
        throw refused(grantRefusal('person-not-renewed'));
      }
      const declaration = (
        await this.#options.declarations.get(request.owner)
      )?.secrets.find(({ name }) => name === request.secret.declared);
      const longest = longestGrantSeconds({
        subject: request.subject.kind,
        secretClass: declaration?.class,
      });
      if (
        durationSeconds < SHORTEST_GRANT_SECONDS ||
        durationSeconds > longest
      ) {
        throw answer('renewal-of-time', {
          least: String(SHORTEST_GRANT_SECONDS),
          most: String(longest),
        });
      }
      return this.#change(
        id,
        {
          type: 'ask-renewal',
          reason,
          durationSeconds,
          contentHash: contentHash({ plan, durationSeconds }),
        },
        actor,
        {
          ...act,
          act: `${act.act} ${contentHash({ reason, durationSeconds })}`,
        },
      );
    });
  }

  async revoke(
    { id, reason }: { id: string; reason: string },
    options: ActOptions,
  ): Promise<Grant> {
    return this.#act(id, 'revoke', options, async ({ stored, actor, act }) => {
      await this.#requireOn(secretGrantRevokePermission, stored, options);
      return this.#change(
        id,
        { type: 'revoke', reason: 'revoked-by-person', comment: reason },
        actor,
        act,
      );
    });
  }

  async prove(id: string, options: ActOptions): Promise<Grant> {
    return this.#act(id, 'prove', options, async ({ stored, act }) => {
      await this.#requireOn(secretGrantRepairPermission, stored, options);
      const { state, request } = stored.grant;
      if (
        !['active', 'expiring'].includes(state) ||
        request.subject.kind === 'person'
      ) {
        throw refused(grantRefusal('wrong-state'));
      }
      await this.#options.store.askProof(id, act, this.#options.now());
    });
  }

  async plain(id: string, type: PlainAct, options: ActOptions): Promise<Grant> {
    return this.#act(id, type, options, async ({ stored, actor, act }) => {
      await this.#requireOn(secretGrantRepairPermission, stored, options);
      return this.#change(id, { type }, actor, act);
    });
  }

  /** @throws NotFoundError, also when the person may not see it */
  async #readable(
    id: string,
    credentials: UserCredentials,
  ): Promise<StoredGrant> {
    const { access, store } = this.#options;
    const stored = await store.get(id);
    if (
      !stored ||
      !(await access.mayOn(
        secretGrantReadPermission,
        resourceOf(stored),
        credentials,
      ))
    ) {
      throw answer('grant-unknown', { id });
    }
    return stored;
  }

  async #act(
    id: string,
    name: string,
    options: ActOptions,
    work: (context: {
      stored: StoredGrant;
      actor: string;
      act: { person: string; key: string; act: string };
    }) => Promise<unknown>,
  ): Promise<Grant> {
    const { auditor, directory } = this.#options;
    const { credentials, httpRequest, idempotencyKey } = options;
    const stored = await this.#readable(id, credentials);
    return audited(
      auditor,
      {
        eventId: `grant-${name}`,
        request: httpRequest,
        meta: withContent(metaOf(stored.grant), {
          before: trailOf(stored.grant),
          schema: GRANT_TRAIL,
        }),
        result: ({ state, plan, expiresAt, reasonCodes }) =>
          afterwards({
            state,
            name: plan.name,
            reasonCodes,
            ...(expiresAt && { expiresAt }),
          }),
      },
      async () => {
        const { ref } = await directory.person(credentials);
        await work({
          stored,
          actor: ref,
          act: { person: ref, key: idempotencyKey, act: `${name} ${id}` },
        });
        return this.get(id, credentials);
      },
    );
  }

  async #requireOn(
    permission: ResourcePermission,
    stored: StoredGrant,
    { credentials }: ActOptions,
  ): Promise<void> {
    const { access } = this.#options;
    if (!(await access.mayOn(permission, resourceOf(stored), credentials))) {
      throw notGranted(permission.name);
    }
  }

  async #change(
    id: string,
    command: GrantCommand,
    actor: string,
    act: { person: string; key: string; act: string },
  ): Promise<void> {
    const { store, now } = this.#options;
    const result = await store.change(
      id,
      command,
      { now: now().toISOString(), actor },
      { act },
    );
    if ('refusal' in result) {
      throw refused(result.refusal);
    }
  }
}

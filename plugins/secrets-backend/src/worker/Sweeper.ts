import { AuditorService, LoggerService } from '@backstage/backend-plugin-api';
import { Entity } from '@backstage/catalog-model';
import { stringifyError } from '@backstage/errors';
import { AnnouncementStore } from '@shopfloor/plugin-announcements-node';
import {
  driftOf,
  GrantCommand,
  noticeDue,
  PLATFORM,
  ReasonCode,
  secondsLeft,
} from '@shopfloor/plugin-secrets-common';
import { GrantEngine } from '../engine/GrantEngine';
import { expiryNotice } from '../notices/notices';
import { EntityDirectory, ownersOf } from '../people/EntityDirectory';
import { GrantQueries } from '../store/GrantQueries';
import { GrantStore, StoredGrant } from '../store/GrantStore';
import { WorkStore } from '../store/WorkStore';
import { actOnGrant } from './actOnGrant';

const DAY_MS = 86_400_000;
const LONGEST_NOTICE_MS = 7 * DAY_MS;
/** So close to its end the server may have ended it already. */
const END_SECONDS = 60;

/** What {@link Sweeper} needs. */
export interface SweeperOptions {
  announcements: AnnouncementStore;
  auditor: AuditorService;
  directory: EntityDirectory;
  engine: GrantEngine;
  logger: LoggerService;
  queries: GrantQueries;
  store: GrantStore;
  work: WorkStore;
  /** How long an owner may differ, or an entity be gone, before a grant ends. */
  graceSeconds: number;
  now: () => Date;
}

/** Looks at all grants now and then for what nobody tells of. */
export class Sweeper {
  readonly #options: SweeperOptions;

  constructor(options: SweeperOptions) {
    this.#options = options;
  }

  /** Compares what is in force, and what has ended, with what Vault has. What cannot be read says nothing. */
  async compareWithVault(signal?: AbortSignal): Promise<void> {
    const { store, now } = this.#options;
    for (const id of await store.unended()) {
      signal?.throwIfAborted();
      const stored = await store.get(id);
      if (
        stored &&
        ['active', 'expiring', 'drifted'].includes(stored.grant.state)
      ) {
        await this.#quietly(id, () => this.#compare(stored));
      }
    }
    for (const stored of await store.endedSince(
      new Date(now().getTime() - DAY_MS),
    )) {
      signal?.throwIfAborted();
      await this.#quietly(stored.grant.id, () => this.#removeRemains(stored));
    }
  }

  /** Ends grants whose subject or secret is gone, or has another owner, for longer than the grace. */
  async followCatalog(signal?: AbortSignal): Promise<void> {
    const { auditor, directory, queries, store, work, graceSeconds, now } =
      this.#options;
    const stored = [...(await queries.byIds(await store.unended())).values()];
    const refs = new Set(
      stored.flatMap(({ grant }) => [
        grant.request.owner,
        subjectEntity(grant.request.subject),
      ]),
    );
    const entities = await directory.find([...refs]);
    for (const { grant, owners } of stored) {
      signal?.throwIfAborted();
      const subject = entities.get(subjectEntity(grant.request.subject));
      const owner = entities.get(grant.request.owner);
      const reason = astray({ grant, owners }, { subject, owner });
      if (reason === 'owner-changed' && grant.requestedBy === PLATFORM) {
        // A team that takes over a service takes over what it runs on.
        const next = { subject: ownersOf(subject!), secret: ownersOf(owner!) };
        await actOnGrant(
          {
            auditor,
            store,
            grant,
            eventId: 'grant-change-owners',
            meta: { ownersBefore: { ...owners }, ownersAfter: next },
          },
          () => store.changeOwners(grant.id, next),
        );
        continue;
      }
      const since = await work.markAstray(grant.id, reason, now());
      if (
        reason &&
        since &&
        grant.state !== 'revoking' &&
        now().getTime() - since.getTime() >= graceSeconds * 1_000
      ) {
        await actOnGrant(
          {
            auditor,
            store,
            grant,
            eventId: 'grant-revoke',
            severityLevel: 'high',
            meta: { reason },
          },
          () => this.#change(grant.id, { type: 'revoke', reason }),
        );
      }
    }
  }

  /** Announces ends that are near, each once. */
  async announceEnds(): Promise<void> {
    const { announcements, queries, now } = this.#options;
    const at = now();
    const near = await queries.endingBefore(
      new Date(at.getTime() + LONGEST_NOTICE_MS),
    );
    await announcements.add(
      near.flatMap(({ grant, owners }) => {
        const { approvedAt, expiresAt } = grant;
        const days =
          approvedAt && expiresAt
            ? noticeDue({ approvedAt, expiresAt, now: at.toISOString() })
            : undefined;
        return days === undefined
          ? []
          : [
              {
                key: `${grant.id} expires ${expiresAt} ${days}`,
                ...expiryNotice({ grant, owners, days }),
                at,
              },
            ];
      }),
    );
  }

  async #compare({ grant }: StoredGrant): Promise<void> {
    const { engine, now } = this.#options;
    if (
      grant.expiresAt &&
      secondsLeft(grant.expiresAt, now().toISOString()) < END_SECONDS
    ) {
      return;
    }
    const found = await engine.read(grant.plan);
    const seenAt = now().toISOString();
    let drift = driftOf(grant.plan, found, seenAt);
    if (!drift) {
      const leases = await engine.leaseSource(grant.plan);
      if (leases?.found === 'unknown' && grant.drift?.what === 'lease') {
        // It was gone when it was last seen.
        return;
      }
      if (leases?.found === 'gone') {
        drift = { what: 'lease', expected: leases.path, seenAt };
      }
    }
    if (drift) {
      await this.#change(grant.id, { type: 'report-drift', drift });
    } else if (grant.state === 'drifted') {
      await this.#change(grant.id, { type: 'report-no-drift' });
    }
  }

  /** A name that has ended must not stand in Vault, whoever wrote it again. */
  async #removeRemains({ grant }: StoredGrant): Promise<void> {
    const { auditor, engine, store } = this.#options;
    const found = await engine.read(grant.plan);
    if (found.policy === undefined && found.role === undefined) {
      return;
    }
    await actOnGrant(
      {
        auditor,
        store,
        grant,
        eventId: 'grant-remove-remains',
        severityLevel: 'high',
      },
      () => engine.revoke(grant.plan),
    );
  }

  async #change(id: string, command: GrantCommand): Promise<void> {
    const { store, now } = this.#options;
    await store.change(id, command, { now: now().toISOString() });
  }

  async #quietly(id: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#options.logger.warn(
        `The grant ${id} could not be compared with Vault; it is tried again: ${stringifyError(error)}`,
      );
    }
  }
}

function subjectEntity(
  subject:
    | { kind: 'service-account'; entityRef: string }
    | { kind: 'person'; userEntityRef: string },
): string {
  return subject.kind === 'person' ? subject.userEntityRef : subject.entityRef;
}

/** Why a grant should end, by what the catalog has of its subject and of the owner of its secret. */
function astray(
  { grant, owners }: Pick<StoredGrant, 'grant' | 'owners'>,
  { subject, owner }: { subject?: Entity; owner?: Entity },
): ReasonCode | undefined {
  if (!subject) {
    return 'subject-deleted';
  }
  if (!owner) {
    return 'secret-deleted';
  }
  const isService = grant.request.subject.kind === 'service-account';
  return same(ownersOf(owner), owners.secret) &&
    (!isService || same(ownersOf(subject), owners.subject))
    ? undefined
    : 'owner-changed';
}

function same(a: string[], b: string[]): boolean {
  return [...a].sort().join(' ') === [...b].sort().join(' ');
}

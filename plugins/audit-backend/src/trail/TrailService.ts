import {
  AuditorService,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import { NotAllowedError } from '@backstage/errors';
import { catalogEntityReadPermission } from '@backstage/plugin-catalog-common/alpha';
import {
  AuthorizeResult,
  QueryPermissionResponse,
} from '@backstage/plugin-permission-common';
import {
  Act,
  ActList,
  ArchiveList,
  auditTrailReadPermission,
  auditTrailVerifyPermission,
  TrailVerification,
} from '@shopfloor/plugin-audit-common';
import {
  catalogConditions,
  EVERYTHING,
} from '@shopfloor/plugin-entity-access-node';
import { Request } from 'express';
import { encodeCursor } from '../requests';
import { UserCredentials } from '../service/Access';
import { ListRequest } from '../service/ChangesService';
import { Visible } from '../store/visibility';
import { TrailKeeper } from './TrailKeeper';
import { ArchiveQuery } from './archiveRecords';
import { encodeArchiveCursor } from './trailRequests';
import { ActQuery, TrailStore } from './TrailStore';

/** So many acts an export holds at most. */
export const MAX_EXPORTED = 10_000;

/** What {@link TrailService} needs. */
export interface TrailServiceOptions {
  store: TrailStore;
  keeper: TrailKeeper;
  permissions: PermissionsService;
  auditor: AuditorService;
  /** Where archives are and from what age on; absent as they are in the configuration. */
  archives: { directory?: string; retentionDays?: number };
}

/** Reads the trail, for those who may. */
export class TrailService {
  readonly #options: TrailServiceOptions;

  constructor(options: TrailServiceOptions) {
    this.#options = options;
  }

  /** @throws NotAllowedError when there can be nothing to see */
  async list(
    { cursor, ...query }: ListRequest<ActQuery>,
    credentials: UserCredentials,
  ): Promise<ActList> {
    const { store } = this.#options;
    const [visible, mayVerify] = await Promise.all([
      this.#visible(credentials),
      this.#mayVerify(credentials),
    ]);
    const [{ items, totalItems }, archivedUntil] = await Promise.all([
      store.list({
        ...query,
        visible,
        after: cursor,
        limit: query.limit + 1,
      }),
      store.archivedUntil(query),
    ]);
    const shown = items.slice(0, query.limit);
    const last = shown.at(-1);
    return {
      items: shown,
      totalItems,
      mayVerify,
      ...(archivedUntil && { archivedUntil: archivedUntil.toISOString() }),
      ...(items.length > query.limit &&
        last && { nextCursor: encodeCursor(last.at, last.actId) }),
    };
  }

  /** All that match, {@link MAX_EXPORTED} at most, latest first. That somebody took it is an act of its own. */
  async export(
    query: Omit<ListRequest<ActQuery>, 'cursor' | 'limit'>,
    credentials: UserCredentials,
    request: Request,
  ): Promise<{ items: Act[]; totalItems: number; archivedUntil?: string }> {
    const visible = await this.#visible(credentials);
    const event = await this.#options.auditor.createEvent({
      eventId: 'trail-export',
      severityLevel: 'medium',
      request,
    });
    try {
      const { store } = this.#options;
      const [found, archivedUntil] = await Promise.all([
        store.list({ ...query, visible, limit: MAX_EXPORTED }),
        store.archivedUntil(query),
      ]);
      await event.success({ meta: { acts: found.items.length } });
      return {
        ...found,
        ...(archivedUntil && { archivedUntil: archivedUntil.toISOString() }),
      };
    } catch (error) {
      await event.fail({ error: error as Error });
      throw error;
    }
  }

  /** What left the database for archives, latest first. @throws NotAllowedError */
  async archives(
    {
      cursor,
      ...query
    }: Omit<ArchiveQuery, 'after'> & {
      cursor?: ArchiveQuery['after'];
    },
    credentials: UserCredentials,
  ): Promise<ArchiveList> {
    const { store, keeper, archives } = this.#options;
    if (!(await this.#mayVerify(credentials))) {
      throw denied(auditTrailVerifyPermission.name);
    }
    const { items, totalItems } = await store.archives({
      ...query,
      after: cursor,
      limit: query.limit + 1,
    });
    const shown = items.slice(0, query.limit);
    const last = shown.at(-1);
    return {
      items: await keeper.lookAt(shown),
      totalItems,
      ...archives,
      ...(items.length > query.limit &&
        last && { nextCursor: encodeArchiveCursor(last) }),
    };
  }

  /** @throws NotAllowedError */
  async verify(credentials: UserCredentials): Promise<TrailVerification> {
    if (!(await this.#mayVerify(credentials))) {
      throw denied(auditTrailVerifyPermission.name);
    }
    return this.#options.keeper.verify();
  }

  async #mayVerify(credentials: UserCredentials): Promise<boolean> {
    const [{ result }] = await this.#options.permissions.authorize(
      [{ permission: auditTrailVerifyPermission }],
      { credentials },
    );
    return result === AuthorizeResult.ALLOW;
  }

  async #visible(credentials: UserCredentials): Promise<Visible> {
    const [trail, entities] =
      await this.#options.permissions.authorizeConditional(
        [
          { permission: auditTrailReadPermission },
          { permission: catalogEntityReadPermission },
        ],
        { credentials },
      );
    return {
      allOf: [
        criteria(trail, auditTrailReadPermission.name),
        criteria(entities, catalogEntityReadPermission.name),
      ],
    };
  }
}

function criteria(decision: QueryPermissionResponse, name: string): Visible {
  switch (decision.result) {
    case AuthorizeResult.ALLOW:
      return EVERYTHING;
    case AuthorizeResult.CONDITIONAL:
      return catalogConditions(decision.conditions);
    default:
      throw denied(name);
  }
}

function denied(name: string): NotAllowedError {
  return new NotAllowedError(
    `You may not read the audit trail: ${name} is given to owners of what they own, and to the platform and the security team`,
  );
}

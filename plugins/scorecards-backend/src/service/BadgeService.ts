import { createHash, randomBytes } from 'node:crypto';
import { AuditorService } from '@backstage/backend-plugin-api';
import {
  ConflictError,
  NotAllowedError,
  NotFoundError,
} from '@backstage/errors';
import { audited } from '@shopfloor/plugin-requests-node';
import {
  Badge,
  badgeManagePermission,
  CreatedBadge,
} from '@shopfloor/plugin-scorecards-common';
import { Request } from 'express';
import { lower } from '@shopfloor/plugin-entity-access-node';
import { GradeAccess, UserCredentials } from '../access/GradeAccess';
import { scorecardPath } from '../announce/announcements';
import { BadgeStore } from '../store/BadgeStore';
import { DefinitionStore } from '../store/DefinitionStore';
import { GradeStore } from '../store/GradeStore';
import { badgeSvg } from './badgeSvg';
import { ScorecardReader } from './ScorecardReader';

/** 192 random bits: nobody guesses them. */
const TOKEN_BYTES = 24;

/** What {@link BadgeService} needs. */
export interface BadgeServiceOptions {
  access: GradeAccess;
  auditor: AuditorService;
  definitions: DefinitionStore;
  grades: GradeStore;
  reader: ScorecardReader;
  store: BadgeStore;
  /** External address of the plugin's API. */
  externalUrl: () => Promise<string>;
  /** Address of the portal. */
  appUrl: string;
  newId: () => string;
  now: () => Date;
}

/** Badges: who makes one makes one grade public at an address that nobody can guess, until it is taken back. */
export class BadgeService {
  readonly #options: BadgeServiceOptions;

  constructor(options: BadgeServiceOptions) {
    this.#options = options;
  }

  async list(
    entityRef: string,
    credentials: UserCredentials,
  ): Promise<Badge[]> {
    const { access, store } = this.#options;
    const ref = lower(entityRef);
    await access.require(badgeManagePermission, credentials, ref);
    return store.list(ref);
  }

  /** @throws NotFoundError when there is no grade, ConflictError for a draft */
  async create(
    wish: { scorecard: string; entityRef: string },
    credentials: UserCredentials,
    httpRequest: Request,
  ): Promise<CreatedBadge> {
    const { access, auditor, reader, store, newId, now } = this.#options;
    const { definition, entityRef } = await reader.getGrade(wish, credentials);
    // A badge makes public what all checks come to.
    if ((await access.readable(credentials)).checks) {
      throw new NotAllowedError(
        'A badge shows a grade to everybody, so it is made by somebody who may see the results of every check; ask the platform team',
      );
    }
    if (definition.draft) {
      throw new ConflictError(
        `"${definition.name}" is a draft; it is made public when it no longer is`,
      );
    }
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    const badge: Badge = {
      id: newId(),
      scorecard: definition.name,
      entityRef,
      createdBy: credentials.principal.userEntityRef,
      createdAt: now().toISOString(),
    };
    await audited(
      auditor,
      {
        eventId: 'badge-create',
        request: httpRequest,
        meta: { badgeId: badge.id, scorecard: badge.scorecard, entityRef },
      },
      async () => {
        await access.require(badgeManagePermission, credentials, entityRef);
        await store.create({ ...badge, tokenHash: hashOf(token) });
      },
    );
    const url = `${await this.#options.externalUrl()}/badges/svg/${token}`;
    const page = `${this.#options.appUrl}${scorecardPath(entityRef, definition.name)}`;
    return {
      ...badge,
      url,
      markdown: `[![${definition.title.en}](${url})](${page})`,
    };
  }

  /** @throws NotFoundError */
  async revoke(
    id: string,
    credentials: UserCredentials,
    httpRequest: Request,
  ): Promise<void> {
    const { access, auditor, store } = this.#options;
    const badge = await store.get(id);
    if (
      !badge ||
      !(await access.may(badgeManagePermission, credentials, badge.entityRef))
    ) {
      throw new NotFoundError(`There is no badge ${id}, or you may not see it`);
    }
    await audited(
      auditor,
      {
        eventId: 'badge-revoke',
        request: httpRequest,
        meta: {
          badgeId: id,
          scorecard: badge.scorecard,
          entityRef: badge.entityRef,
        },
      },
      () => store.remove(id),
    );
  }

  /** The picture at an address; nothing when the address is none or is not any more. */
  async picture(token: string): Promise<string | undefined> {
    const { definitions, grades, store } = this.#options;
    const badge = await store.byToken(hashOf(token));
    if (!badge) {
      return undefined;
    }
    const [stored, graded] = await Promise.all([
      definitions.list(),
      grades.ofEntities([badge.entityRef]),
    ]);
    const definition = stored
      .map(each => each.definition)
      .find(({ name }) => name === badge.scorecard);
    const grade = graded.find(({ scorecard }) => scorecard === badge.scorecard);
    return definition && !definition.draft && grade
      ? badgeSvg({ definition, figures: grade.figures })
      : undefined;
  }
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

import { AuditorService } from '@backstage/backend-plugin-api';
import { InputError, NotFoundError } from '@backstage/errors';
import {
  afterwards,
  TrailSchema,
  withContent,
} from '@shopfloor/plugin-audit-node';
import { audited } from '@shopfloor/plugin-requests-node';
import {
  burnUp,
  Campaign,
  CampaignDetail,
  campaignManagePermission,
  CampaignRequest,
  ScorecardDefinition,
} from '@shopfloor/plugin-scorecards-common';
import { Request } from 'express';
import { lower } from '@shopfloor/plugin-entity-access-node';
import { scorecardMeets } from '../access/criteria';
import { GradeAccess, Readable, UserCredentials } from '../access/GradeAccess';
import { CampaignStore, StoredCampaign } from '../store/CampaignStore';
import { DefinitionStore } from '../store/DefinitionStore';
import { NarrowedGrades } from '../store/NarrowedGrades';
import { campaignPoints } from './campaignPoints';

const CAMPAIGN_SCHEMA: TrailSchema = {
  fields: {
    title: 'keep',
    scorecard: 'keep',
    checks: 'keep',
    team: 'keep',
    deadline: 'keep',
    endedAt: 'keep',
  },
};

/** What {@link CampaignService} needs. */
export interface CampaignServiceOptions {
  access: GradeAccess;
  auditor: AuditorService;
  definitions: DefinitionStore;
  queries: NarrowedGrades;
  store: CampaignStore;
  newId: () => string;
  now: () => Date;
}

/** Campaigns as a person may see them: their progress is that of the entities the person may see. */
export class CampaignService {
  readonly #options: CampaignServiceOptions;

  constructor(options: CampaignServiceOptions) {
    this.#options = options;
  }

  async list(
    credentials: UserCredentials,
  ): Promise<{ items: Campaign[]; mayManage: boolean }> {
    const { access, store } = this.#options;
    const [readable, campaigns, mayManage] = await Promise.all([
      access.readable(credentials),
      store.list(),
      access.may(campaignManagePermission, credentials),
    ]);
    const visible = await this.#visible(campaigns, readable);
    const items: Campaign[] = [];
    for (const campaign of visible) {
      const { points, ...rest } = await this.#detail(campaign, readable);
      items.push(rest);
    }
    return { items, mayManage };
  }

  /** @throws NotFoundError when there is none, or none that the person may see */
  async get(id: string, credentials: UserCredentials): Promise<CampaignDetail> {
    const readable = await this.#options.access.readable(credentials);
    return this.#detail(await this.#find(id, readable), readable);
  }

  /** @throws NotFoundError, InputError for checks that the scorecard does not ask for or a deadline that is past */
  async create(
    request: CampaignRequest,
    credentials: UserCredentials,
    httpRequest: Request,
  ): Promise<Campaign> {
    const { access, auditor, definitions, store, newId, now } = this.#options;
    const readable = await access.readable(credentials);
    const found = (await definitions.list())
      .map(stored => stored.definition)
      .find(
        each =>
          each.name === request.scorecard &&
          scorecardMeets(
            { name: each.name, owner: lower(each.owner) },
            readable.scorecards,
          ),
      );
    if (!found) {
      throw new NotFoundError(
        `There is no scorecard "${request.scorecard}", or you may not see it`,
      );
    }
    const definition = await this.#options.queries.definitionFor(
      readable,
      found,
    );
    const strange = request.checks.filter(
      name => !definition.checks.some(({ check }) => check === name),
    );
    if (strange.length > 0) {
      throw new InputError(
        `checks: the scorecard does not ask for ${strange.join(', ')}`,
      );
    }
    const deadline = new Date(request.deadline);
    if (deadline <= now()) {
      throw new InputError('deadline: must be in the future');
    }
    const campaign: StoredCampaign = {
      id: newId(),
      title: request.title,
      scorecard: request.scorecard,
      checks: [...new Set(request.checks)],
      startsAt: now(),
      deadline,
      createdBy: credentials.principal.userEntityRef,
      ...(request.description && { description: request.description }),
      ...(request.team && { team: lower(request.team) }),
    };
    await audited(
      auditor,
      {
        eventId: 'campaign-create',
        request: httpRequest,
        meta: withContent(
          {
            campaignId: campaign.id,
            title: campaign.title,
            scorecard: campaign.scorecard,
            deadline: deadline.toISOString(),
          },
          { schema: CAMPAIGN_SCHEMA },
        ),
        result: () => afterwards(campaignContent(campaign)),
      },
      async () => {
        await access.require(campaignManagePermission, credentials);
        await store.create(campaign);
      },
    );
    const { points, ...rest } = await this.#detail(campaign, readable);
    return rest;
  }

  /** @throws NotFoundError */
  async end(
    id: string,
    credentials: UserCredentials,
    httpRequest: Request,
  ): Promise<Campaign> {
    const { access, auditor, store, now } = this.#options;
    const readable = await access.readable(credentials);
    const found = await this.#find(id, readable);
    const endedAt = now();
    await audited(
      auditor,
      {
        eventId: 'campaign-end',
        request: httpRequest,
        meta: withContent(
          { campaignId: id },
          { before: campaignContent(found), schema: CAMPAIGN_SCHEMA },
        ),
        result: () => afterwards(campaignContent({ ...found, endedAt })),
      },
      async () => {
        await access.require(campaignManagePermission, credentials);
        await store.end(id, endedAt);
      },
    );
    const { points, ...rest } = await this.#detail(
      await this.#find(id, readable),
      readable,
    );
    return rest;
  }

  async #find(id: string, readable: Readable): Promise<StoredCampaign> {
    const campaign = await this.#options.store.get(id);
    const [visible] = await this.#visible(campaign ? [campaign] : [], readable);
    if (!visible) {
      throw new NotFoundError(
        `There is no campaign ${id}, or you may not see it`,
      );
    }
    return visible;
  }

  async #visible(
    campaigns: StoredCampaign[],
    readable: Readable,
  ): Promise<StoredCampaign[]> {
    const definitions = new Map(
      (await this.#options.definitions.list()).map(({ definition }) => [
        definition.name,
        definition,
      ]),
    );
    const visible: StoredCampaign[] = [];
    for (const campaign of campaigns) {
      const definition = definitions.get(campaign.scorecard);
      if (
        !definition ||
        !scorecardMeets(
          { name: definition.name, owner: lower(definition.owner) },
          readable.scorecards,
        )
      ) {
        continue;
      }
      const checks = readable.checks
        ? await this.#seenChecks(campaign, definition, readable)
        : campaign.checks;
      if (checks.length > 0) {
        visible.push({ ...campaign, checks });
      }
    }
    return visible;
  }

  /** A campaign tells only of checks that the person sees of some entity. */
  async #seenChecks(
    { checks }: StoredCampaign,
    definition: ScorecardDefinition,
    readable: Readable,
  ): Promise<string[]> {
    const shown = await this.#options.queries.definitionFor(
      readable,
      definition,
    );
    return checks.filter(name =>
      shown.checks.some(({ check }) => check === name),
    );
  }

  async #detail(
    campaign: StoredCampaign,
    readable: Readable,
  ): Promise<CampaignDetail> {
    const { queries, now } = this.#options;
    const { scorecard, team, checks, startsAt, deadline, endedAt } = campaign;
    const until = endedAt ?? now();
    const points = campaignPoints({
      entries: await queries.histories(readable, { scorecard, team }),
      checks,
      startsAt,
      until,
    });
    return {
      id: campaign.id,
      title: campaign.title,
      scorecard,
      checks,
      createdBy: campaign.createdBy,
      ...(campaign.description && { description: campaign.description }),
      ...(team && { team }),
      startsAt: startsAt.toISOString(),
      deadline: deadline.toISOString(),
      ...(endedAt && { endedAt: endedAt.toISOString() }),
      progress: burnUp({ startsAt, deadline, now: until, points }),
      points,
    };
  }
}

/** A campaign as the audit has it. */
function campaignContent(campaign: StoredCampaign) {
  const { title, scorecard, checks, team, deadline, endedAt } = campaign;
  return {
    title,
    scorecard,
    checks,
    ...(team && { team }),
    deadline: deadline.toISOString(),
    ...(endedAt && { endedAt: endedAt.toISOString() }),
  };
}

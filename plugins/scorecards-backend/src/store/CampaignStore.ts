import { Knex } from 'knex';

/** A campaign as it is written. */
export interface StoredCampaign {
  id: string;
  title: string;
  description?: string;
  scorecard: string;
  checks: string[];
  team?: string;
  startsAt: Date;
  deadline: Date;
  createdBy: string;
  endedAt?: Date;
}

interface CampaignRow {
  id: string;
  title: string;
  description: string | null;
  scorecard: string;
  checks: string[];
  team: string | null;
  starts_at: Date;
  deadline: Date;
  created_by: string;
  ended_at: Date | null;
}

/** Campaigns. */
export class CampaignStore {
  readonly #db: Knex;

  constructor(db: Knex) {
    this.#db = db;
  }

  async create(campaign: StoredCampaign): Promise<void> {
    await this.#db('scorecards_campaigns').insert({
      id: campaign.id,
      title: campaign.title,
      description: campaign.description ?? null,
      scorecard: campaign.scorecard,
      checks: campaign.checks,
      team: campaign.team ?? null,
      starts_at: campaign.startsAt,
      deadline: campaign.deadline,
      created_by: campaign.createdBy,
    });
  }

  /** Running ones first, then by deadline. */
  async list(): Promise<StoredCampaign[]> {
    const rows: CampaignRow[] = await this.#db('scorecards_campaigns')
      .orderByRaw('ended_at is not null')
      .orderBy('deadline')
      .limit(200);
    return rows.map(toCampaign);
  }

  async get(id: string): Promise<StoredCampaign | undefined> {
    const row = await this.#db('scorecards_campaigns').where({ id }).first();
    return row && toCampaign(row);
  }

  /** Ends one that runs; one that has ended stays as it was. */
  async end(id: string, now: Date): Promise<void> {
    await this.#db('scorecards_campaigns')
      .where({ id })
      .whereNull('ended_at')
      .update({ ended_at: now });
  }
}

function toCampaign(row: CampaignRow): StoredCampaign {
  return {
    id: row.id,
    title: row.title,
    scorecard: row.scorecard,
    checks: row.checks,
    startsAt: row.starts_at,
    deadline: row.deadline,
    createdBy: row.created_by,
    ...(row.description && { description: row.description }),
    ...(row.team && { team: row.team }),
    ...(row.ended_at && { endedAt: row.ended_at }),
  };
}

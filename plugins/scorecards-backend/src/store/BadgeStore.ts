import { Badge } from '@shopfloor/plugin-scorecards-common';
import { Knex } from 'knex';

/** Addresses under which grades are public. */
export class BadgeStore {
  readonly #db: Knex;

  constructor(db: Knex) {
    this.#db = db;
  }

  async create(badge: Badge & { tokenHash: string }): Promise<void> {
    await this.#db('scorecards_badges').insert({
      id: badge.id,
      token_hash: badge.tokenHash,
      scorecard: badge.scorecard,
      entity_ref: badge.entityRef,
      created_by: badge.createdBy,
      created_at: badge.createdAt,
    });
  }

  async list(entityRef: string): Promise<Badge[]> {
    const rows = await this.#db('scorecards_badges')
      .where({ entity_ref: entityRef })
      .orderBy('created_at');
    return rows.map(toBadge);
  }

  async get(id: string): Promise<Badge | undefined> {
    const row = await this.#db('scorecards_badges').where({ id }).first();
    return row && toBadge(row);
  }

  async byToken(tokenHash: string): Promise<Badge | undefined> {
    const row = await this.#db('scorecards_badges')
      .where({ token_hash: tokenHash })
      .first();
    return row && toBadge(row);
  }

  async remove(id: string): Promise<void> {
    await this.#db('scorecards_badges').where({ id }).delete();
  }
}

function toBadge(row: any): Badge {
  return {
    id: row.id,
    scorecard: row.scorecard,
    entityRef: row.entity_ref,
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
  };
}

import {
  Announcement,
  AnnouncementStore,
} from '@shopfloor/plugin-announcements-node';
import { Episode, EpisodeKind } from '@shopfloor/plugin-slo-common';
import { Knex } from 'knex';

const DAY_MILLISECONDS = 86_400_000;

/** An episode that is going on. */
export interface OpenEpisode extends Episode {
  id: string;
  sloId: string;
}

/** What is written of an episode in one step, with what is to be told of it. */
export type EpisodeChange =
  | {
      kind: 'open';
      sloId: string;
      episode: EpisodeKind;
      at: Date;
      announcement?: Announcement;
    }
  | { kind: 'keep'; id: string; quietSince?: Date }
  | { kind: 'close'; id: string; at: Date; announcement?: Announcement };

/** Episodes of SLOs. A change and what is told of it are written together or not at all. */
export class EpisodeStore {
  readonly #db: Knex;
  readonly #announcements: AnnouncementStore;

  static create(options: {
    db: Knex;
    announcements: AnnouncementStore;
  }): EpisodeStore {
    return new EpisodeStore(options);
  }

  private constructor(options: { db: Knex; announcements: AnnouncementStore }) {
    this.#db = options.db;
    this.#announcements = options.announcements;
  }

  async listOpen(): Promise<OpenEpisode[]> {
    const rows = await this.#db('slo_episodes').whereNull('closed_at');
    return rows.map(row => ({
      id: row.id,
      sloId: row.slo_id,
      kind: row.kind,
      openedAt: row.opened_at.getTime(),
      ...(row.quiet_since && { quietSince: row.quiet_since.getTime() }),
    }));
  }

  /** A change that another instance made first is left out, and with it what is told. */
  async apply(change: EpisodeChange): Promise<void> {
    await this.#db.transaction(async tx => {
      if (change.kind === 'keep') {
        await tx('slo_episodes')
          .where({ id: change.id })
          .whereNull('closed_at')
          .update({ quiet_since: change.quietSince ?? null });
        return;
      }
      const changed =
        change.kind === 'open'
          ? await tx('slo_episodes')
              .insert({
                slo_id: change.sloId,
                kind: change.episode,
                opened_at: change.at,
              })
              .onConflict(
                tx.raw('(slo_id, kind) where closed_at is null') as never,
              )
              .ignore()
              .returning('id')
          : await tx('slo_episodes')
              .where({ id: change.id })
              .whereNull('closed_at')
              .update({ closed_at: change.at })
              .returning('id');
      if (changed.length > 0 && change.announcement) {
        await this.#announcements.add([change.announcement], tx);
      }
    });
  }

  /** Deletes what was over and told long ago. */
  async tidy(options: { now: Date; retentionDays: number }): Promise<void> {
    const limit = new Date(
      options.now.getTime() - options.retentionDays * DAY_MILLISECONDS,
    );
    await this.#db('slo_episodes').where('closed_at', '<', limit).delete();
    await this.#announcements.deleteBefore(limit);
  }
}

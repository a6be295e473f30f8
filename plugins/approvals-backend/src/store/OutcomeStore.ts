import { QueuedOutcome } from '@shopfloor/plugin-approvals-common';
import { Knex } from 'knex';

/** Outcomes that wait for the plugins that own their subjects. */
export class OutcomeStore {
  readonly #db: Knex;

  constructor(db: Knex) {
    this.#db = db;
  }

  /**
   * Those of a plugin that it has not acknowledged, in order. Outcomes of one request have growing positions, since they are
   * written under its lock; one of another request may appear before the cursor later and comes with the next round.
   */
  async pending(options: {
    plugin: string;
    after: number;
    limit: number;
  }): Promise<QueuedOutcome[]> {
    const { plugin, after, limit } = options;
    const rows = await this.#db('approvals_outcomes')
      .where({ plugin })
      .whereNull('acknowledged_at')
      .where('position', '>', after)
      .orderBy('position')
      .limit(limit)
      .select('position', 'outcome');
    return rows.map(({ position, outcome }) => ({
      ...outcome,
      position: Number(position),
    }));
  }

  /** Once is enough, twice is the same. Those of other plugins are passed over. */
  async acknowledge(options: {
    plugin: string;
    positions: number[];
    now: Date;
  }): Promise<void> {
    const { plugin, positions, now } = options;
    await this.#db('approvals_outcomes')
      .where({ plugin })
      .whereNull('acknowledged_at')
      .whereRaw('position = any(?::bigint[])', [positions])
      .update({ acknowledged_at: now });
  }

  /** Forgets what was acknowledged before a time. What was not stays for ever. */
  async tidy(before: Date): Promise<void> {
    await this.#db('approvals_outcomes')
      .where('acknowledged_at', '<', before)
      .delete();
  }
}

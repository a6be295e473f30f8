import { randomUUID } from 'crypto';
import { CheckRun, CheckRunItem } from '@shopfloor/plugin-checks-common';
import { Knex } from 'knex';

/** Entities that people asked to look at now. What is to be done lies in the table of work, so it goes on after a kill. */
export class RunStore {
  readonly #db: Knex;

  constructor(db: Knex) {
    this.#db = db;
  }

  /** Puts every collector of the entities at the head of the queue. */
  async create(options: {
    entityRefs: string[];
    createdBy: string;
  }): Promise<string> {
    const id = randomUUID();
    await this.#db.transaction(async tx => {
      const refs = [...options.entityRefs].sort();
      // Entities before work, as everywhere.
      await tx('checks_entities')
        .whereRaw('entity_ref = any(?)', [refs])
        .orderBy('entity_ref')
        .forUpdate()
        .select('entity_ref');
      // After the locks, so that a lease that began before cannot count as an answer.
      await tx('checks_runs').insert({
        id,
        created_by: options.createdBy,
        created_at: tx.raw('clock_timestamp()'),
      });
      const work = await tx('checks_work')
        .whereRaw('entity_ref = any(?)', [refs])
        .update({
          priority: 2,
          wanted_at: tx.raw('clock_timestamp()'),
          next_at: tx.raw('least(next_at, now())'),
        })
        .returning(['entity_ref', 'collector']);
      if (work.length > 0) {
        await tx('checks_run_items').insert(
          work.map(item => ({ run_id: id, ...item, state: 'waiting' })),
        );
      }
    });
    return id;
  }

  async get(id: string): Promise<CheckRun | undefined> {
    const run = await this.#db('checks_runs').where({ id }).first();
    if (!run) {
      return undefined;
    }
    const rows = await this.#db('checks_run_items as i')
      .leftJoin('checks_work as w', function on() {
        this.on('w.entity_ref', 'i.entity_ref').andOn(
          'w.collector',
          'i.collector',
        );
      })
      .where('i.run_id', id)
      .orderBy('i.entity_ref')
      .orderBy('i.collector')
      .select(
        'i.*',
        'w.collector as work',
        this.#db.raw(
          '(w.lease_until > now() and w.lease_started_at >= ?) as leased',
          [run.created_at],
        ),
      );
    const items = rows.map(toItem);
    const progress = { waiting: 0, running: 0, done: 0, failed: 0 };
    for (const { state } of items) {
      progress[state] += 1;
    }
    const open = progress.waiting + progress.running > 0;
    const last = Math.max(
      run.created_at.getTime(),
      ...rows.map(row => row.finished_at?.getTime() ?? 0),
    );
    return {
      id: run.id,
      createdAt: run.created_at.toISOString(),
      ...(!open && { finishedAt: new Date(last).toISOString() }),
      createdBy: run.created_by,
      progress,
      items,
    };
  }
}

function toItem(row: any): CheckRunItem {
  const of = { entityRef: row.entity_ref, collector: row.collector };
  if (row.state === 'waiting' && !row.work) {
    return {
      ...of,
      state: 'failed',
      failure: 'There is nothing to look at any more',
    };
  }
  return {
    ...of,
    state: row.state === 'waiting' && row.leased ? 'running' : row.state,
    ...(row.failure && { failure: row.failure }),
  };
}

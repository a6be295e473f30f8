import { Entity } from '@backstage/catalog-model';
import { Knex } from 'knex';
import { markChanged } from './ChangeStore';

/** An entity that some check applies to. */
export interface WatchedEntity {
  entityRef: string;
  owner?: string;
  system?: string;
  facets: string[];
  entity: Entity;
  hash: string;
  /** Which collectors look at it, and which systems they ask. */
  work: Array<{ collector: string; sources: string[] }>;
}

const BATCH = 200;

/** Entities as the catalog had them, and what is to be collected of them. */
export class EntityStore {
  readonly #db: Knex;

  constructor(db: Knex) {
    this.#db = db;
  }

  /**
   * Writes what the catalog holds. What is new or changed is collected first; what is gone loses its results and work, its
   * evidence and history stay for their time.
   */
  async replace(entities: WatchedEntity[]): Promise<void> {
    const refs = entities.map(({ entityRef }) => entityRef);
    await this.#db.transaction(async tx => {
      const gone = await tx('checks_entities')
        .whereRaw('not (entity_ref = any(?))', [refs])
        .delete()
        .returning('entity_ref');
      await markChanged(
        tx,
        gone.map(({ entity_ref }) => entity_ref),
      );
    });
    const sorted = [...entities].sort((a, b) =>
      a.entityRef < b.entityRef ? -1 : 1,
    );
    for (let at = 0; at < sorted.length; at += BATCH) {
      await this.#save(sorted.slice(at, at + BATCH));
    }
  }

  async get(entityRef: string): Promise<
    | {
        entity: Entity;
        facets: string[];
      }
    | undefined
  > {
    const row = await this.#db('checks_entities')
      .where({ entity_ref: entityRef })
      .first('entity', 'facets');
    return row && { entity: row.entity, facets: row.facets };
  }

  async #save(batch: WatchedEntity[]): Promise<void> {
    await this.#db.transaction(async tx => {
      const { rows: written } = await tx.raw(
        `insert into checks_entities as e
           (entity_ref, owner, system, facets, entity, hash, graded_revision)
         select entity_ref, owner, system, facets, entity, hash, 0
         from jsonb_to_recordset(?::jsonb)
           as r(entity_ref text, owner text, system text, facets text[], entity jsonb, hash text)
         order by entity_ref
         on conflict (entity_ref) do update set
           owner = excluded.owner, system = excluded.system, facets = excluded.facets,
           entity = excluded.entity, hash = excluded.hash, graded_revision = 0
         where e.hash <> excluded.hash
         returning entity_ref`,
        [
          JSON.stringify(
            batch.map(item => ({
              entity_ref: item.entityRef,
              owner: item.owner ?? null,
              system: item.system ?? null,
              facets: item.facets,
              entity: item.entity,
              hash: item.hash,
            })),
          ),
        ],
      );
      const changed = written.map(
        ({ entity_ref }: { entity_ref: string }) => entity_ref,
      );
      const work = batch.flatMap(({ entityRef, work: items }) =>
        items.map(item => ({ entity_ref: entityRef, ...item })),
      );
      // What a collector has nothing to ask about any more must not be judged by what it once saw.
      for (const table of ['checks_work', 'checks_evidence_current']) {
        await tx.raw(
          `delete from ${table} w where entity_ref = any(?) and not exists (
             select 1 from jsonb_to_recordset(?::jsonb) as r(entity_ref text, collector text)
             where r.entity_ref = w.entity_ref and r.collector = w.collector)`,
          [batch.map(({ entityRef }) => entityRef), JSON.stringify(work)],
        );
      }
      await tx.raw(
        `insert into checks_work as w (entity_ref, collector, sources, next_at, priority)
         select entity_ref, collector, sources, now(), 1
         from jsonb_to_recordset(?::jsonb) as r(entity_ref text, collector text, sources text[])
         order by entity_ref, collector
         on conflict (entity_ref, collector) do update set
           sources = excluded.sources,
           next_at = case when w.entity_ref = any(?) then least(w.next_at, now()) else w.next_at end,
           priority = case when w.entity_ref = any(?) then greatest(w.priority, 1) else w.priority end
         where w.sources <> excluded.sources or w.entity_ref = any(?)`,
        [JSON.stringify(work), changed, changed, changed],
      );
    });
  }
}

import { createHash } from 'node:crypto';
import { Entity, stringifyEntityRef } from '@backstage/catalog-model';
import { Knex } from 'knex';
import { facetsOf } from '@shopfloor/plugin-entity-access-node';
import { recordset } from './database';

/** An entity as it is projected from the catalog. */
export interface ProjectedEntity {
  entityRef: string;
  facets: string[];
  /** Of all that is projected. */
  hash: string;
}

const BATCH = 500;

interface EntityRow {
  entity_ref: string;
  name: string;
  title: string | null;
  owner: string | null;
  system: string | null;
  domain: string | null;
  parent: string | null;
  facets: string[];
}

/** Entities of the catalog, as conditions and roll-ups need them. */
export class EntityStore {
  readonly #db: Knex;

  constructor(db: Knex) {
    this.#db = db;
  }

  /** Writes what the catalog holds. What is gone loses its grades; its history stays for its time. */
  async replace(entities: Entity[]): Promise<void> {
    const domains = new Map(
      entities
        .filter(({ kind }) => kind === 'System')
        .map(system => [
          stringifyEntityRef(system),
          relation(system, 'partOf', 'domain:'),
        ]),
    );
    const rows = entities
      .map(entity => toRow(entity, domains))
      .sort((a, b) => (a.entity_ref < b.entity_ref ? -1 : 1));
    await this.#db('scorecards_entities')
      .whereRaw('not (entity_ref = any(?::text[]))', [
        rows.map(({ entity_ref }) => entity_ref),
      ])
      .delete();
    for (let start = 0; start < rows.length; start += BATCH) {
      await this.#db.raw(
        `insert into scorecards_entities as e
           (entity_ref, name, title, owner, system, domain, parent, facets, hash)
         select entity_ref, name, title, owner, system, domain, parent, facets, hash
         from jsonb_to_recordset(?::jsonb) as r(entity_ref text, name text, title text, owner text,
           system text, domain text, parent text, facets text[], hash text)
         order by entity_ref
         on conflict (entity_ref) do update set
           name = excluded.name, title = excluded.title, owner = excluded.owner,
           system = excluded.system, domain = excluded.domain, parent = excluded.parent,
           facets = excluded.facets, hash = excluded.hash, graded = false
         where e.hash <> excluded.hash`,
        [
          recordset(
            rows
              .slice(start, start + BATCH)
              .map(row => ({ ...row, hash: hashOf(row) })),
          ),
        ],
      );
    }
  }

  /** Those that changed since they were graded, or never were. */
  async ungraded(): Promise<string[]> {
    const rows = await this.#db('scorecards_entities')
      .where({ graded: false })
      .select('entity_ref');
    return rows.map(({ entity_ref }) => entity_ref);
  }

  /** Notes that entities were graded as they were read; what changed meanwhile is graded again. */
  async markGraded(entities: ProjectedEntity[]): Promise<void> {
    await this.#db.raw(
      `update scorecards_entities e set graded = true
       from jsonb_to_recordset(?::jsonb) as r(entity_ref text, hash text)
       where e.entity_ref = r.entity_ref and e.hash = r.hash and not e.graded`,
      [
        recordset(
          entities.map(({ entityRef, hash }) => ({
            entity_ref: entityRef,
            hash,
          })),
        ),
      ],
    );
  }

  /**
   * A batch at a time in the order of their refs.
   *
   * @param only - refs; absent: all
   */
  async *batches(
    size: number,
    only?: string[],
  ): AsyncGenerator<ProjectedEntity[]> {
    let after = '';
    for (;;) {
      const query = this.#db('scorecards_entities')
        .where('entity_ref', '>', after)
        .orderBy('entity_ref')
        .limit(size)
        .select('entity_ref', 'facets', 'hash');
      if (only) {
        query.whereRaw('entity_ref = any(?::text[])', [only]);
      }
      const rows: Array<EntityRow & { hash: string }> = await query;
      if (rows.length === 0) {
        return;
      }
      yield rows.map(({ entity_ref, facets, hash }) => ({
        entityRef: entity_ref,
        facets,
        hash,
      }));
      after = rows[rows.length - 1].entity_ref;
    }
  }
}

function toRow(
  entity: Entity,
  domains: Map<string, string | undefined>,
): EntityRow {
  const system = relation(entity, 'partOf', 'system:');
  let parent: string | undefined;
  if (entity.kind === 'Group') {
    parent = relation(entity, 'childOf', 'group:');
  } else if (entity.kind === 'System') {
    parent = relation(entity, 'partOf', 'domain:');
  } else if (entity.kind === 'Domain') {
    parent = relation(entity, 'partOf', 'domain:');
  }
  return {
    entity_ref: stringifyEntityRef(entity),
    name: entity.metadata.name,
    title: entity.metadata.title ?? null,
    owner: relation(entity, 'ownedBy') ?? null,
    system: system ?? null,
    domain: (system && domains.get(system)) ?? null,
    parent: parent ?? null,
    facets: facetsOf(entity),
  };
}

function relation(
  entity: Entity,
  type: string,
  prefix = '',
): string | undefined {
  return entity.relations?.find(
    other => other.type === type && other.targetRef.startsWith(prefix),
  )?.targetRef;
}

function hashOf(row: EntityRow): string {
  return createHash('sha256').update(JSON.stringify(row)).digest('hex');
}

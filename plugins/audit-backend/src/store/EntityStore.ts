import { lower } from '@shopfloor/plugin-entity-access-node';
import { Knex } from 'knex';

/** An entity as far as it is needed here. */
export interface KnownEntity {
  entityRef: string;
  facets: string[];
  hash: string;
}

const BATCH = 500;

/** The copy of the catalog's entities. */
export class EntityStore {
  readonly #db: Knex;

  constructor(db: Knex) {
    this.#db = db;
  }

  /** Makes the copy what the catalog holds. */
  async replace(entities: KnownEntity[]): Promise<void> {
    const sorted = [...entities].sort((a, b) =>
      a.entityRef < b.entityRef ? -1 : 1,
    );
    await this.#db.transaction(async tx => {
      for (let at = 0; at < sorted.length; at += BATCH) {
        await tx.raw(
          `insert into audit_entities as e (entity_ref, facets, hash)
           select entity_ref, facets, hash
           from jsonb_to_recordset(?::jsonb) as r(entity_ref text, facets text[], hash text)
           on conflict (entity_ref) do update set facets = excluded.facets, hash = excluded.hash
           where e.hash <> excluded.hash`,
          [
            JSON.stringify(
              sorted
                .slice(at, at + BATCH)
                .map(({ entityRef, facets, hash }) => ({
                  entity_ref: entityRef,
                  facets,
                  hash,
                })),
            ),
          ],
        );
      }
      await tx('audit_entities')
        .whereRaw('not (entity_ref = any(?))', [
          sorted.map(({ entityRef }) => entityRef),
        ])
        .delete();
    });
  }

  /** The components that run under these names in clusters, by name. Where two claim one name, neither is it. */
  async findServices(names: string[]): Promise<Map<string, string>> {
    const field = 'metadata.annotations.backstage.io/kubernetes-id=';
    const rows: Array<{ entity_ref: string; facets: string[] }> =
      await this.#db('audit_entities')
        .whereRaw('facets && ?::text[]', [
          names.map(name => lower(`${field}${name}`)),
        ])
        .whereRaw(`facets @> '{kind=component}'`)
        .select('entity_ref', 'facets');
    const found = new Map<string, string>();
    for (const name of names) {
      const claims = rows.filter(({ facets }) =>
        facets.includes(lower(`${field}${name}`)),
      );
      if (claims.length === 1) {
        found.set(name, claims[0].entity_ref);
      }
    }
    return found;
  }

  /** Those of the entities that there are. */
  async existing(entityRefs: string[]): Promise<string[]> {
    return this.#db('audit_entities')
      .whereIn('entity_ref', entityRefs)
      .pluck('entity_ref');
  }
}

import { Knex } from 'knex';

/** Says which entities an incident is about; those that are there already stay. */
export async function insertEntities(
  db: Knex,
  id: string,
  entityRefs: string[],
): Promise<void> {
  if (entityRefs.length > 0) {
    await db('audit_incident_entities')
      .insert(entityRefs.map(entity_ref => ({ incident_id: id, entity_ref })))
      .onConflict(['incident_id', 'entity_ref'])
      .ignore();
  }
}

import type { Statement } from '../../postgres/Database.ts';

/** $1 collection, $2 id. */
export const getDocument: Statement = {
  name: 'document_get',
  text: `select id, version, value, updated_at from documents
         where collection = $1 and id = $2 and not deleted`,
};

/** $6: how many versions are kept. The row `changed` is what was written. */
const KEEP_HISTORY = `
  kept as (
    insert into document_versions (collection, id, version, value, updated_at)
    select collection, id, version, value, updated_at from changed
  ), trimmed as (
    delete from document_versions as old using changed
    where old.collection = changed.collection and old.id = changed.id
      and old.version <= changed.version - $6::integer
  )
  select id, version, value, updated_at from changed`;

/** What a condition asks for of the row that is there. A deleted document counts as none. */
const CONDITION = `(
  $5::bigint is null
  or (document.deleted and $5 = 0)
  or (not document.deleted and document.version = $5)
)`;

/** $1 collection, $2 id, $3 value, $4 keys, $5 version it must have or null, $6 versions to keep. */
export const putDocument: Statement = {
  name: 'document_put',
  text: `
    with changed as (
      insert into documents as document (collection, id, version, value, keys)
      select $1, $2, 1, $3::jsonb, $4::jsonb
      where coalesce($5::bigint, 0) = 0
        or exists (select from documents where collection = $1 and id = $2)
      on conflict (collection, id) do update set
        version = document.version + 1, deleted = false, value = excluded.value,
        keys = excluded.keys, updated_at = now()
      where ${CONDITION}
      returning *
    ), ${KEEP_HISTORY}`,
};

/** $1 collection, $2 id, $3 and $4 unused, $5 version it must have or null, $6 versions to keep. */
export const deleteDocument: Statement = {
  name: 'document_delete',
  text: `
    with changed as (
      update documents as document set
        version = document.version + 1, deleted = true, value = $3::jsonb,
        keys = $4::jsonb, updated_at = now()
      where collection = $1 and id = $2 and not deleted and ${CONDITION}
      returning *
    ), ${KEEP_HISTORY}`,
};

/** $1 collection, $2 id. */
export const documentHistory: Statement = {
  name: 'document_history',
  text: `select version, value, updated_at from document_versions
         where collection = $1 and id = $2 order by version desc`,
};

/** $1 collection, $2 keys, $3 id to go on after or null, $4 limit. */
export const listDocuments: Statement = {
  name: 'document_list',
  text: `select id, version, value, updated_at from documents
         where collection = $1 and not deleted and keys @> $2::jsonb
           and ($3::text is null or id > $3)
         order by id limit $4`,
};

import { useEffect, useMemo, useState } from 'react';
import { storageApiRef, useApi } from '@backstage/frontend-plugin-api';
import { JsonValue } from '@backstage/types';

/** A search of the trail that a person gave a name. */
export interface SavedQuery {
  name: string;
  /** The parameters of the URL. */
  search: string;
}

const KEY = 'queries';

/** More than these nobody finds anything in. */
export const MAX_SAVED = 50;

/** The searches of the signed-in person, in the portal's settings of that person: they are there in every browser. */
export function useSavedQueries() {
  const storage = useApi(storageApiRef);
  const bucket = useMemo(() => storage.forBucket('audit-trail'), [storage]);
  const [queries, setQueries] = useState(() =>
    read(bucket.snapshot<JsonValue>(KEY).value),
  );
  useEffect(() => {
    setQueries(read(bucket.snapshot<JsonValue>(KEY).value));
    const subscription = bucket
      .observe$<JsonValue>(KEY)
      .subscribe(({ value }) => setQueries(read(value)));
    return () => subscription.unsubscribe();
  }, [bucket]);
  const keep = (kept: SavedQuery[]) =>
    bucket.set(
      KEY,
      kept.map(({ name, search }) => ({ name, search })),
    );
  return {
    queries,
    /** Saves a search; one of the same name is replaced. */
    save: (query: SavedQuery) =>
      keep(
        [...queries.filter(({ name }) => name !== query.name), query].sort(
          (a, b) => a.name.localeCompare(b.name),
        ),
      ),
    remove: (name: string) =>
      keep(queries.filter(query => query.name !== name)),
  };
}

/** What lies there may be of another version, or of somebody's hand. */
function read(value: JsonValue | undefined): SavedQuery[] {
  return (Array.isArray(value) ? value : []).flatMap(item => {
    const { name, search } = (item ?? {}) as Record<string, unknown>;
    return typeof name === 'string' && typeof search === 'string'
      ? [{ name, search }]
      : [];
  });
}

import { PersonDirectory } from '../people/PersonDirectory';
import { RequestQueries } from '../store/RequestQueries';
import { RequestResource } from './approvalRules';

/** Requests as resources of permissions, in the order of their ids; delegates of those who take part take part. */
export async function loadResources(options: {
  ids: string[];
  queries: RequestQueries;
  people: PersonDirectory;
}): Promise<Array<RequestResource | undefined>> {
  const { ids, queries, people } = options;
  const found = await queries.participants(ids);
  return Promise.all(
    ids.map(async id => {
      const known = found.get(id);
      return (
        known && {
          participants: [
            ...known.participants,
            ...(await people.delegatesOf(known.participants, known.type)),
          ],
        }
      );
    }),
  );
}

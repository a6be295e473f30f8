import { useState } from 'react';
import { useApi } from '@backstage/frontend-plugin-api';
import {
  GrantSummary,
  ListGrantsOptions,
} from '@shopfloor/plugin-secrets-common';
import { secretsApiRef } from '../../api';
import { toCsv } from '../../core/csv';
import { secretName, subjectRef } from '../../words';

const PAGE = 100;
const MAX_PAGES = 50;

/** Names of columns are those of the API, so that a program reads the file in either language. */
const COLUMNS: ReadonlyArray<[string, (grant: GrantSummary) => string]> = [
  ['id', ({ id }) => id],
  ['name', ({ name }) => name],
  ['environment', ({ environment }) => environment],
  ['subject', ({ subject }) => subjectRef(subject)],
  ['owner', ({ owner }) => owner],
  ['kind', ({ secret }) => secret.kind],
  ['secret', ({ secret }) => secretName(secret)],
  ['path', ({ secret }) => secret.path],
  ['access', ({ access }) => access.join(' ')],
  ['tier', ({ tier }) => tier],
  ['state', ({ state }) => state],
  ['delivery', ({ delivery }) => delivery],
  ['requestedBy', ({ requestedBy }) => requestedBy],
  ['requestedAt', ({ requestedAt }) => requestedAt],
  ['approvedAt', ({ approvedAt }) => approvedAt ?? ''],
  ['activeSince', ({ activeSince }) => activeSince ?? ''],
  ['expiresAt', ({ expiresAt }) => expiresAt ?? ''],
  ['endedAt', ({ endedAt }) => endedAt ?? ''],
  ['provenAt', ({ provenAt }) => provenAt ?? ''],
  [
    'proofHeld',
    ({ proofHeld }) => (proofHeld === undefined ? '' : String(proofHeld)),
  ],
];

/** Hands all grants that fit a question to the browser as a file, at most 5,000 of them. */
export function useExport() {
  const api = useApi(secretsApiRef);
  const [working, setWorking] = useState(false);
  const [error, setError] = useState<Error>();
  /** How many the file has, when there are more. */
  const [cutAt, setCutAt] = useState<number>();
  const start = async (query: ListGrantsOptions) => {
    setWorking(true);
    setError(undefined);
    setCutAt(undefined);
    try {
      const items: GrantSummary[] = [];
      let cursor: string | undefined;
      for (let page = 0; page < MAX_PAGES; page += 1) {
        const list = await api.listGrants({ ...query, limit: PAGE, cursor });
        items.push(...list.items);
        cursor = list.nextCursor;
        if (!cursor) {
          break;
        }
      }
      const text = toCsv([
        COLUMNS.map(([name]) => name),
        ...items.map(grant => COLUMNS.map(([, of]) => of(grant))),
      ]);
      const url = URL.createObjectURL(
        new Blob([text], { type: 'text/csv;charset=utf-8' }),
      );
      const link = document.createElement('a');
      link.href = url;
      link.download = 'secret-grants.csv';
      link.click();
      URL.revokeObjectURL(url);
      setCutAt(cursor ? items.length : undefined);
    } catch (caught) {
      setError(caught as Error);
    } finally {
      setWorking(false);
    }
  };
  return { start, working, error, cutAt };
}

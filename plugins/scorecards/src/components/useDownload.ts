import { useState } from 'react';
import { useApi } from '@backstage/frontend-plugin-api';
import { ScorecardsApi } from '@shopfloor/plugin-scorecards-common';
import { scorecardsApiRef } from '../api';

type ExportOptions = Parameters<ScorecardsApi['export']>[0];

/** Fetches an export as the signed-in person and hands it to the browser as a file. */
export function useDownload() {
  const api = useApi(scorecardsApiRef);
  const [error, setError] = useState<Error>();
  const start = async (options: ExportOptions) => {
    setError(undefined);
    try {
      const url = URL.createObjectURL(await api.export(options));
      const link = document.createElement('a');
      link.href = url;
      link.download = `${options.scorecard}.${options.format}`;
      link.click();
      URL.revokeObjectURL(url);
    } catch (caught) {
      setError(caught as Error);
    }
  };
  return { start, error };
}

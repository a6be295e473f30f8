import { useState } from 'react';
import { useApi } from '@backstage/frontend-plugin-api';
import { Grant, SecretsApi } from '@shopfloor/plugin-secrets-common';
import { useIdempotencyKey } from '@shopfloor/ui';
import { secretsApiRef } from '../../api';
import { inWords } from '../../words';

/** Does something to a grant under one key until its outcome is known; a refusal has the words of the server. */
export function useAct(onDone: (grant: Grant) => void) {
  const api = useApi(secretsApiRef);
  const { run } = useIdempotencyKey();
  const [working, setWorking] = useState(false);
  const act = async (
    how: (
      api: SecretsApi,
      options: { idempotencyKey: string },
    ) => Promise<Grant>,
  ) => {
    setWorking(true);
    try {
      onDone(await run(idempotencyKey => how(api, { idempotencyKey })));
    } catch (error) {
      throw inWords(error);
    } finally {
      setWorking(false);
    }
  };
  return { act, working };
}

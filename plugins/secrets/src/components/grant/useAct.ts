import { useState } from 'react';
import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import { Grant, SecretsApi } from '@shopfloor/plugin-secrets-common';
import { useIdempotencyKey } from '@shopfloor/ui';
import { secretsApiRef } from '../../api';
import { secretsTranslationRef } from '../../translation/translation';
import { inWords } from '../../words';

/** Does something to a grant under one key until its outcome is known; a refusal says why. */
export function useAct(onDone: (grant: Grant) => void) {
  const api = useApi(secretsApiRef);
  const { t } = useTranslationRef(secretsTranslationRef);
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
      throw inWords(error, t);
    } finally {
      setWorking(false);
    }
  };
  return { act, working };
}

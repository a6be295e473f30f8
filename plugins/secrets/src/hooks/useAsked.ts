import { useMemo } from 'react';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Polled, usePolled } from '@shopfloor/ui';
import { secretsTranslationRef } from '../translation/translation';
import { inWords } from '../words';

/** Asks again and again as `usePolled` does; why it failed is said in words, not by its status alone. */
export function useAsked<T>(
  key: string,
  ask: (signal: AbortSignal) => Promise<T>,
  options?: { once?: boolean },
): Polled<T> {
  const { t } = useTranslationRef(secretsTranslationRef);
  const polled = usePolled(key, ask, options);
  const { error } = polled;
  const words = useMemo(() => error && inWords(error, t), [error, t]);
  return { ...polled, error: words };
}

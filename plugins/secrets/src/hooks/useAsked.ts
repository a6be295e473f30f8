import { useMemo } from 'react';
import { Polled, usePolled } from '@shopfloor/ui';
import { inWords } from '../words';

/** Asks again and again as `usePolled` does; why it failed is said in the words of the server, not by its status alone. */
export function useAsked<T>(
  key: string,
  ask: (signal: AbortSignal) => Promise<T>,
  options?: { once?: boolean },
): Polled<T> {
  const polled = usePolled(key, ask, options);
  const { error } = polled;
  const words = useMemo(() => error && inWords(error), [error]);
  return { ...polled, error: words };
}

import { useCallback, useEffect, useState } from 'react';

/** What was asked for repeatedly. */
export interface Polled<T> {
  /** The last answer; kept when a later question fails. */
  value?: T;
  /** Why the last question failed. */
  error?: Error;
  loading: boolean;
  retry: () => void;
}

const REFRESH_MILLISECONDS = 15_000;

/**
 * Asks now and then again every 15 s while the page is visible. `key` names what is asked for: when it changes, the
 * answer to the earlier question is dropped. With `once` it is asked one time: for answers about the past that cost.
 */
export function usePolled<T>(
  key: string,
  ask: (signal: AbortSignal) => Promise<T>,
  options: { once?: boolean } = {},
): Polled<T> {
  const once = Boolean(options.once);
  const [state, setState] = useState<{
    key: string;
    value?: T;
    error?: Error;
  }>({ key });
  const [round, setRound] = useState(0);

  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    let asking = false;
    let answered = false;
    const askWhenSeen = async () => {
      const enough = once && answered;
      if (asking || enough || document.visibilityState === 'hidden') {
        return;
      }
      asking = true;
      try {
        const value = await ask(signal);
        answered = true;
        if (!signal.aborted) {
          setState({ key, value });
        }
      } catch (error) {
        answered = true;
        if (!signal.aborted) {
          setState(last => ({
            key,
            value: last.key === key ? last.value : undefined,
            error: error as Error,
          }));
        }
      } finally {
        asking = false;
      }
    };
    askWhenSeen();
    const timer = setInterval(askWhenSeen, REFRESH_MILLISECONDS);
    document.addEventListener('visibilitychange', askWhenSeen);
    return () => {
      controller.abort();
      clearInterval(timer);
      document.removeEventListener('visibilitychange', askWhenSeen);
    };
    // `ask` is a new function at every render; `key` says when it asks for something else.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [key, round, once]);

  const current = state.key === key ? state : { key };
  return {
    value: current.value,
    error: current.error,
    loading: current.value === undefined && current.error === undefined,
    retry: useCallback(() => setRound(last => last + 1), []),
  };
}

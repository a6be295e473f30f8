import { useCallback, useEffect, useRef, useState } from 'react';

/** What {@link usePolled} knows. The last value stays while a later question fails. */
export interface Polled<T> {
  value?: T;
  /** Of the last question; gone with the next good answer. */
  error?: Error;
  loading: boolean;
  /** Asks now. */
  refresh: () => void;
}

/**
 * Asks again and again, each time the given while after the last answer, and only while the page is visible. A new key
 * forgets what was known.
 */
export function usePolled<T>(options: {
  key: string;
  load: () => Promise<T>;
  everyMs: number;
  enabled?: boolean;
}): Polled<T> {
  const { key, everyMs, enabled = true } = options;
  const load = useRef(options.load);
  load.current = options.load;
  const [state, setState] = useState<{ key: string; value?: T; error?: Error }>(
    { key },
  );
  const [asked, setAsked] = useState(0);

  useEffect(() => {
    if (!enabled) {
      return undefined;
    }
    let over = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async () => {
      try {
        const value = await load.current();
        if (!over) setState({ key, value });
      } catch (error) {
        if (!over) {
          setState(last => ({
            key,
            ...(last.key === key && { value: last.value }),
            error: error as Error,
          }));
        }
      }
      if (!over && !document.hidden) timer = setTimeout(ask, everyMs);
    };
    const wake = () => {
      if (!document.hidden) {
        clearTimeout(timer);
        ask();
      }
    };
    document.addEventListener('visibilitychange', wake);
    ask();
    return () => {
      over = true;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', wake);
    };
  }, [key, everyMs, enabled, asked]);

  const refresh = useCallback(() => setAsked(count => count + 1), []);
  const current = state.key === key ? state : { key };
  return {
    value: current.value,
    error: current.error,
    loading: enabled && current.value === undefined && !current.error,
    refresh,
  };
}

import { useCallback, useEffect, useRef, useState } from 'react';
import { useApi } from '@backstage/frontend-plugin-api';
import { SystemsResponse } from '@shopfloor/plugin-status-common';
import { statusApiRef } from '../api';

/** The state of asking for the systems. */
export interface SystemsState {
  /** The last answer; kept when a later question fails. */
  response?: SystemsResponse;
  /** The reader's clock minus the portal's, in milliseconds, so that ages are right on a clock that is off. */
  clockOffsetMs: number;
  error?: Error;
  loading: boolean;
  retry: () => void;
}

const REFRESH_MS = 5000;

/** Asks how the systems are, every 5 s while the page is visible. */
export function useSystems(): SystemsState {
  const api = useApi(statusApiRef);
  const [state, setState] = useState<Omit<SystemsState, 'retry'>>({
    clockOffsetMs: 0,
    loading: true,
  });
  const asking = useRef(false);

  const ask = useCallback(
    async (signal?: AbortSignal) => {
      if (asking.current) {
        return;
      }
      asking.current = true;
      try {
        const response = await api.getSystems({ signal });
        setState({
          response,
          clockOffsetMs: Date.now() - Date.parse(response.now),
          loading: false,
        });
      } catch (error) {
        if (!signal?.aborted) {
          setState(last => ({
            ...last,
            error: error as Error,
            loading: false,
          }));
        }
      } finally {
        asking.current = false;
      }
    },
    [api],
  );

  useEffect(() => {
    const controller = new AbortController();
    const askWhenSeen = () => {
      if (document.visibilityState !== 'hidden') {
        ask(controller.signal);
      }
    };
    askWhenSeen();
    const timer = setInterval(askWhenSeen, REFRESH_MS);
    document.addEventListener('visibilitychange', askWhenSeen);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', askWhenSeen);
      controller.abort();
      asking.current = false;
    };
  }, [ask]);

  return { ...state, retry: () => ask() };
}

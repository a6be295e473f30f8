import { useCallback, useEffect, useMemo, useRef } from 'react';
import { useLocation, useNavigate } from 'react-router-dom';

/** Values as they stand in the query of the URL. */
export type UrlValues = Record<string, string | undefined>;

/** Reads the named values from a query; a value that is absent takes its default. */
export function readUrlState<T extends UrlValues>(
  search: string,
  defaults: T,
): T {
  const params = new URLSearchParams(search);
  return Object.fromEntries(
    Object.entries(defaults).map(([key, value]) => [
      key,
      params.get(key) ?? value,
    ]),
  ) as T;
}

/** Writes a change into a query; what equals its default, or is `undefined`, leaves it. Other parameters stay. */
export function writeUrlState<T extends UrlValues>(
  search: string,
  defaults: T,
  change: Partial<T>,
): string {
  const params = new URLSearchParams(search);
  for (const [key, value] of Object.entries(change)) {
    if (value === undefined || value === defaults[key]) {
      params.delete(key);
    } else {
      params.set(key, value);
    }
  }
  const text = params.toString();
  return text ? `?${text}` : '';
}

/**
 * Keeps what a person has chosen (filters, tab, time range, selection) in the URL, so that the view can be sent to a colleague.
 * `defaults` names the parameters and should not change between renders. A change replaces the entry of the history unless
 * `push` is set.
 */
export function useUrlState<T extends UrlValues>(
  defaults: T,
): [T, (change: Partial<T>, options?: { push?: boolean }) => void] {
  const location = useLocation();
  const navigate = useNavigate();
  const defaultsRef = useRef(defaults);
  // Two changes in one tick must not lose the first: the search string that was last written is the base of the next.
  const search = useRef(location.search);
  useEffect(() => {
    search.current = location.search;
  }, [location.search]);
  const state = useMemo(
    () => readUrlState(location.search, defaultsRef.current),
    [location.search],
  );
  const { pathname, hash } = location;
  const setState = useCallback(
    (change: Partial<T>, options?: { push?: boolean }) => {
      search.current = writeUrlState(
        search.current,
        defaultsRef.current,
        change,
      );
      navigate(
        { pathname, hash, search: search.current },
        { replace: !options?.push },
      );
    },
    [navigate, pathname, hash],
  );
  return [state, setState];
}

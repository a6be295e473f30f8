import { useCallback, useState } from 'react';

const PREFIX = 'shopfloor.approvals.draft.';

/**
 * A text that is being written; it outlives an error, a reload and the end of the session, until `clear`. It stays in this tab
 * of the browser.
 */
export function useDraft(key: string): {
  text: string;
  write: (text: string) => void;
  clear: () => void;
} {
  const name = `${PREFIX}${key}`;
  const [text, setText] = useState(
    () => globalThis.sessionStorage?.getItem(name) ?? '',
  );
  const write = useCallback(
    (next: string) => {
      setText(next);
      if (next) {
        globalThis.sessionStorage?.setItem(name, next);
      } else {
        globalThis.sessionStorage?.removeItem(name);
      }
    },
    [name],
  );
  return { text, write, clear: useCallback(() => write(''), [write]) };
}

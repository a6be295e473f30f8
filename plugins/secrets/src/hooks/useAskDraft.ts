import { useCallback, useState } from 'react';
import { AskDraft, EMPTY_DRAFT, readDraft } from '../core/askForm';

const NAME = 'shopfloor.secrets.draft.ask';

/**
 * What is being filled in; it outlives an error, a reload and the end of the session, until `clear`. It stays in this tab of the
 * browser and has no field for a value of a secret.
 *
 * @param known - what a link gives, which wins over what was kept
 */
export function useAskDraft(known: Partial<AskDraft>): {
  draft: AskDraft;
  change: (change: Partial<AskDraft>) => void;
  clear: () => void;
} {
  const [draft, setDraft] = useState<AskDraft>(() => ({
    ...readDraft(globalThis.sessionStorage?.getItem(NAME) ?? null),
    ...known,
  }));
  const change = useCallback((changed: Partial<AskDraft>) => {
    setDraft(last => {
      const next = { ...last, ...changed };
      globalThis.sessionStorage?.setItem(NAME, JSON.stringify(next));
      return next;
    });
  }, []);
  const clear = useCallback(() => {
    globalThis.sessionStorage?.removeItem(NAME);
    setDraft(EMPTY_DRAFT);
  }, []);
  return { draft, change, clear };
}

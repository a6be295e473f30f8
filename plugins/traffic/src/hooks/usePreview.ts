import { ChangePreview } from '@shopfloor/plugin-traffic-common';
import { useCallback, useEffect, useRef, useState } from 'react';

/** Asks for a preview once, and again when told to. */
export function usePreview(load: () => Promise<ChangePreview>): {
  preview?: ChangePreview;
  error?: Error;
  reload: () => void;
} {
  const [state, setState] = useState<{
    preview?: ChangePreview;
    error?: Error;
  }>({});
  const [asked, setAsked] = useState(0);
  const latest = useRef(load);
  latest.current = load;
  useEffect(() => {
    let over = false;
    latest.current().then(
      preview => !over && setState({ preview }),
      error => !over && setState({ error }),
    );
    return () => {
      over = true;
    };
  }, [asked]);
  return { ...state, reload: useCallback(() => setAsked(n => n + 1), []) };
}

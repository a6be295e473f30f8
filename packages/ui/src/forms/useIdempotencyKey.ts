import { useCallback, useRef } from 'react';

/**
 * A key for one act: the same while its outcome is not known, so that sending it again after a cut connection does not act
 * twice; a new one once an answer came.
 */
export function useIdempotencyKey(): {
  run: <T>(act: (key: string) => Promise<T>) => Promise<T>;
} {
  const key = useRef<string>();
  const run = useCallback(
    async <T>(act: (key: string) => Promise<T>): Promise<T> => {
      key.current ??= newKey();
      try {
        const result = await act(key.current);
        key.current = undefined;
        return result;
      } catch (error) {
        if ((error as { response?: unknown }).response) {
          key.current = undefined;
        }
        throw error;
      }
    },
    [],
  );
  return { run };
}

/** Not `crypto.randomUUID`, which browsers give to secure contexts alone. */
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('');
}

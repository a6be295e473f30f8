import { useEffect, useState } from 'react';
import {
  translationApiRef,
  TranslationApi,
  TranslationFunction,
  TranslationRef,
  useApi,
  useApiHolder,
} from '@backstage/frontend-plugin-api';
import { AttentionSource } from '@shopfloor/ui';
import { SourceReport } from './attention';
import { Mine } from './useMine';

/** A source as the home page receives it. */
export interface NamedSource {
  id: string;
  source: AttentionSource;
}

const DEFAULT_REFRESH_SECONDS = 30;

/** Waits until the messages of a translation ref are loaded in the language of the reader. */
function translate<TMessages extends { [key in string]: string }>(
  api: TranslationApi,
  ref: TranslationRef<string, TMessages>,
): Promise<TranslationFunction<TMessages>> {
  const snapshot = api.getTranslation(ref);
  if (snapshot.ready) {
    return Promise.resolve(snapshot.t);
  }
  return new Promise(resolve => {
    const subscription = api.translation$(ref).subscribe(next => {
      if (next.ready) {
        setTimeout(() => subscription.unsubscribe());
        resolve(next.t);
      }
    });
  });
}

/** Asks every source again and again while the page is open and visible. */
export function useAttention(
  sources: readonly NamedSource[],
  mine: Mine | undefined,
): SourceReport[] {
  const apis = useApiHolder();
  const translationApi = useApi(translationApiRef);
  const [reports, setReports] = useState<SourceReport[]>(() =>
    sources.map(({ id }) => ({ id })),
  );

  useEffect(() => {
    if (!mine) {
      return undefined;
    }
    const controller = new AbortController();
    const { signal } = controller;
    const update = (id: string, change: Partial<SourceReport>) =>
      setReports(all =>
        all.map(report =>
          report.id === id ? { ...report, ...change } : report,
        ),
      );
    const timers = sources.map(({ id, source }) => {
      let looking = false;
      const context = {
        apis,
        signal,
        ownershipEntityRefs: mine.ownershipEntityRefs,
        ownedEntities: mine.entities,
        translate: <T extends { [key in string]: string }>(
          ref: TranslationRef<string, T>,
        ) => translate(translationApi, ref),
      };
      const look = async () => {
        if (looking || document.visibilityState === 'hidden') {
          return;
        }
        looking = true;
        try {
          const title = await source.title(context);
          update(id, { title });
          const items = await source.load(context);
          if (!signal.aborted) {
            update(id, { items, error: undefined, lookedAt: Date.now() });
          }
        } catch (error) {
          if (!signal.aborted) {
            update(id, { error: error as Error });
          }
        } finally {
          looking = false;
        }
      };
      look();
      return setInterval(
        look,
        (source.refreshSeconds ?? DEFAULT_REFRESH_SECONDS) * 1000,
      );
    });
    return () => {
      controller.abort();
      timers.forEach(clearInterval);
    };
  }, [apis, mine, sources, translationApi]);

  return reports;
}

import { ACT_OUTCOMES, ListActsOptions } from '@shopfloor/plugin-audit-common';
import { useUrlState } from '@shopfloor/ui';
import { Range, rangeFrom, RANGES } from './useFilters';

const urlDefaults = {
  stream: undefined as string | undefined,
  actor: undefined as string | undefined,
  entity: undefined as string | undefined,
  action: undefined as string | undefined,
  outcome: undefined as string | undefined,
  range: '7d',
  cursor: undefined as string | undefined,
};

/** What a person looks for in the trail, kept in the URL. */
export function useTrailFilters() {
  const [url, setUrl] = useUrlState(urlDefaults);
  const range =
    (Object.keys(RANGES) as Range[]).find(each => each === url.range) ?? '7d';
  const outcome = ACT_OUTCOMES.find(each => each === url.outcome);
  const { stream, actor, entity, action, cursor } = url;
  const list = <T>(value: T | undefined) =>
    value === undefined ? undefined : [value];
  return {
    url,
    range,
    outcome,
    filtered: Boolean(stream || actor || entity || action || outcome),
    /** Changes what is looked for; the list begins anew. */
    set: (change: Partial<typeof urlDefaults>) =>
      setUrl({ cursor: undefined, ...change }),
    turn: (next: string | undefined) =>
      setUrl({ cursor: next }, { push: true }),
    acts: (): Omit<ListActsOptions, 'cursor'> => ({
      stream: list(stream),
      actor: list(actor),
      entity: list(entity),
      action: list(action),
      outcome: list(outcome),
      ...rangeFrom(range),
    }),
    cursor,
  };
}

/** What {@link useTrailFilters} gives. */
export type TrailFilters = ReturnType<typeof useTrailFilters>;

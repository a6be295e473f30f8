import { ACT_OUTCOMES, ListActsOptions } from '@shopfloor/plugin-audit-common';
import { useUrlState } from '@shopfloor/ui';
import { askedTime, DEFAULT_TIME, readTime } from './timeRange';

const urlDefaults = {
  stream: undefined as string | undefined,
  actor: undefined as string | undefined,
  entity: undefined as string | undefined,
  action: undefined as string | undefined,
  trace: undefined as string | undefined,
  change: undefined as string | undefined,
  approval: undefined as string | undefined,
  outcome: undefined as string | undefined,
  ...DEFAULT_TIME,
  cursor: undefined as string | undefined,
  archives: undefined as string | undefined,
};

/** What stands in the URL and is no part of what is looked for. */
const NO_SEARCH = ['cursor', 'archives'];

/** What a person looks for in the trail, kept in the URL. */
export function useTrailFilters() {
  const [url, setUrl] = useUrlState(urlDefaults);
  const time = readTime(url);
  const outcome = ACT_OUTCOMES.find(each => each === url.outcome);
  const { stream, actor, entity, action, trace, change, approval, cursor } =
    url;
  const list = <T>(value: T | undefined) =>
    value === undefined ? undefined : [value];
  return {
    url,
    /** What is looked for, as the URL says it; not the page. */
    search: searchOf(url),
    time,
    outcome,
    filtered: Boolean(
      stream ||
      actor ||
      entity ||
      action ||
      outcome ||
      trace ||
      change ||
      approval,
    ),
    /** Changes what is looked for; the list begins anew. */
    set: (wanted: Partial<typeof urlDefaults>) =>
      setUrl({ cursor: undefined, ...wanted }),
    turn: (next: string | undefined) =>
      setUrl({ cursor: next }, { push: true }),
    acts: (): Omit<ListActsOptions, 'cursor'> => ({
      stream: list(stream),
      actor: list(actor),
      entity: list(entity),
      action: list(action),
      traceId: list(trace),
      changeId: list(change),
      approvalId: list(approval),
      outcome: list(outcome),
      ...askedTime(time, Date.now()),
    }),
    cursor,
    archivesOpen: url.archives === 'open',
    openArchives: (open: boolean) =>
      setUrl({ archives: open ? 'open' : undefined }),
  };
}

function searchOf(url: typeof urlDefaults): string {
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries(url)) {
    if (
      !NO_SEARCH.includes(key) &&
      value &&
      value !== urlDefaults[key as 'range']
    ) {
      parameters.set(key, value);
    }
  }
  parameters.sort();
  return parameters.toString();
}

/** What {@link useTrailFilters} gives. */
export type TrailFilters = ReturnType<typeof useTrailFilters>;

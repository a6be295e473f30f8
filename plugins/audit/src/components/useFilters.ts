import {
  CHANGE_KINDS,
  CHANGE_OUTCOMES,
  INCIDENT_SEVERITIES,
  ListChangesOptions,
  ListIncidentsOptions,
} from '@shopfloor/plugin-audit-common';
import { useUrlState } from '@shopfloor/ui';

/** Times that can be chosen, by their length in days. */
export const RANGES = { '1d': 1, '7d': 7, '30d': 30, all: undefined } as const;

/** One of {@link RANGES}. */
export type Range = keyof typeof RANGES;

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

const urlDefaults = {
  view: 'changes',
  env: undefined as string | undefined,
  kind: undefined as string | undefined,
  outcome: undefined as string | undefined,
  severity: undefined as string | undefined,
  state: undefined as string | undefined,
  entity: undefined as string | undefined,
  owner: undefined as string | undefined,
  who: undefined as string | undefined,
  range: '7d',
  cursor: undefined as string | undefined,
};

/** What stands in the URL. */
export type FilterValues = typeof urlDefaults;

const oneOf = <T extends string>(
  values: readonly T[],
  value: string | undefined,
) => values.find(each => each === value);
const list = <T>(value: T | undefined) =>
  value === undefined ? {} : { value: [value] };

/** The beginning of a range, to the minute, so that it is the same question for a while. */
export function rangeFrom(range: Range): { from?: string } {
  const days = RANGES[range];
  return days === undefined
    ? {}
    : {
        from: new Date(
          Math.floor((Date.now() - days * DAY_MS) / MINUTE_MS) * MINUTE_MS,
        ).toISOString(),
      };
}

/** What a person looks for, kept in the URL; what the URL says wrongly is as if it said nothing. */
export function useFilters() {
  const [url, setUrl] = useUrlState(urlDefaults);
  const range = oneOf(Object.keys(RANGES) as Range[], url.range) ?? '7d';
  const kind = oneOf(CHANGE_KINDS, url.kind);
  const outcome = oneOf(CHANGE_OUTCOMES, url.outcome);
  const severity = oneOf(INCIDENT_SEVERITIES, url.severity);
  const state = oneOf(['open', 'closed'] as const, url.state);
  const view = oneOf(['changes', 'incidents'] as const, url.view) ?? 'changes';

  const common = (entity: string | undefined) => ({
    entity: list(entity ?? url.entity).value,
    owner: list(url.owner).value,
    environment: list(url.env).value,
    cursor: url.cursor,
    ...rangeFrom(range),
  });
  return {
    url,
    view,
    range,
    kind,
    outcome,
    severity,
    state,
    /** Whether something but the time is asked for. */
    filtered: Boolean(
      url.env ||
      url.entity ||
      url.owner ||
      (view === 'changes' ? kind || outcome || url.who : severity || state),
    ),
    /** Changes what is looked for; the list begins anew. */
    set: (change: Partial<FilterValues>) =>
      setUrl({ cursor: undefined, ...change }),
    turn: (cursor: string | undefined) => setUrl({ cursor }, { push: true }),
    changes: (entity?: string): ListChangesOptions => ({
      ...common(entity),
      kind: list(kind).value,
      outcome: list(outcome).value,
      who: list(url.who).value,
    }),
    incidents: (entity?: string): ListIncidentsOptions => ({
      ...common(entity),
      severity: list(severity).value,
      state,
    }),
  };
}

/** What {@link useFilters} gives. */
export type Filters = ReturnType<typeof useFilters>;

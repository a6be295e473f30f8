import {
  CHANGE_KINDS,
  CHANGE_OUTCOMES,
  INCIDENT_SEVERITIES,
  ListChangesOptions,
  ListIncidentsOptions,
} from '@shopfloor/plugin-audit-common';
import { useUrlState } from '@shopfloor/ui';
import { askedTime, DEFAULT_TIME, readTime } from './timeRange';

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
  ...DEFAULT_TIME,
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

/** What a person looks for, kept in the URL; what the URL says wrongly is as if it said nothing. */
export function useFilters() {
  const [url, setUrl] = useUrlState(urlDefaults);
  const time = readTime(url);
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
    ...askedTime(time, Date.now()),
  });
  return {
    url,
    view,
    time,
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

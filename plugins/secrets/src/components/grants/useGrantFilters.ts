import {
  GRANT_STATES,
  ListGrantsOptions,
} from '@shopfloor/plugin-secrets-common';
import { useUrlState } from '@shopfloor/ui';

/** Times within which a grant ends, in days. */
export const EXPIRY_DAYS = { '1d': 1, '7d': 7, '30d': 30 } as const;

/** One of {@link EXPIRY_DAYS}. */
export type Expiry = keyof typeof EXPIRY_DAYS;

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** Grants of one page of the list. */
export const GRANTS_PER_PAGE = 25;

const NONE = {
  service: undefined as string | undefined,
  owner: undefined as string | undefined,
  env: undefined as string | undefined,
  state: undefined as string | undefined,
  subject: undefined as string | undefined,
  expires: undefined as string | undefined,
  text: undefined as string | undefined,
};

const urlDefaults = { ...NONE, cursor: undefined as string | undefined };

/** What stands in the URL. */
export type GrantFilterValues = typeof urlDefaults;

const oneOf = <T extends string>(
  values: readonly T[],
  value: string | undefined,
) => values.find(each => each === value);

/** What grants a person looks for, kept in the URL; what the URL says wrongly is as if it said nothing. */
export function useGrantFilters() {
  const [url, setUrl] = useUrlState(urlDefaults);
  const state = oneOf(GRANT_STATES, url.state);
  const subject = oneOf(['service-account', 'person'] as const, url.subject);
  const expires = oneOf(Object.keys(EXPIRY_DAYS) as Expiry[], url.expires);
  return {
    url,
    state,
    subject,
    expires,
    filtered: Object.keys(NONE).some(
      key => url[key as keyof GrantFilterValues],
    ),
    /** Changes what is looked for; the list begins anew. */
    set: (change: Partial<GrantFilterValues>) =>
      setUrl({ cursor: undefined, ...change }),
    clear: () => setUrl(urlDefaults),
    turn: (cursor: string | undefined) => setUrl({ cursor }, { push: true }),
    /** The question that they make now. */
    query: (): ListGrantsOptions => ({
      service: url.service,
      owner: url.owner,
      environment: url.env,
      ...(state && { state: [state] }),
      subject,
      text: url.text,
      ...(expires && {
        // To the minute, so that the pages of a list are of the same question.
        expiresBefore: new Date(
          Math.ceil((Date.now() + EXPIRY_DAYS[expires] * DAY_MS) / MINUTE_MS) *
            MINUTE_MS,
        ).toISOString(),
      }),
    }),
  };
}

/** What {@link useGrantFilters} gives. */
export type GrantFilters = ReturnType<typeof useGrantFilters>;

import { useApi } from '@backstage/frontend-plugin-api';
import { useFormat, usePolled } from '@shopfloor/ui';
import { scorecardChecksApiRef } from '../api';
import { localized } from '../words';

/** Titles of checks in the reader's language; the name of a check until its definition is there, or when it is not. */
export function useCheckTitle(): (check: string) => string {
  const checks = useApi(scorecardChecksApiRef);
  const { locale } = useFormat();
  const { value } = usePolled('check definitions', signal =>
    checks.listDefinitions({ signal }),
  );
  const titles = new Map(
    value?.items.map(({ name, title }) => [name, localized(title, locale)]),
  );
  return check => titles.get(check) ?? check;
}

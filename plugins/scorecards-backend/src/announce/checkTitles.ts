import { LocalizedText } from '@shopfloor/plugin-checks-common';
import { CheckScope } from '../facts/CheckFacts';

/** What people call a check; its name where it has no title. */
export type CheckTitles = (check: string) => LocalizedText;

/** Titles from what the check engine said of its checks. */
export function checkTitles(scopes: CheckScope[]): CheckTitles {
  const titles = new Map(scopes.map(({ name, title }) => [name, title]));
  return check => titles.get(check) ?? { en: check, zh: check };
}

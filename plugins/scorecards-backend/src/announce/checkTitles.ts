import { LocalizedText } from '@shopfloor/plugin-checks-common';
import { CheckScope } from '../facts/CheckFacts';

/** What people call a check; its name where it has no title. */
export type CheckTitles = (check: string) => LocalizedText;

/** Titles from what the check engine said of its checks. */
export function checkTitles(scopes: CheckScope[]): CheckTitles {
  const titles = new Map(scopes.map(({ name, title }) => [name, title]));
  return check => titles.get(check) ?? { en: check, zh: check };
}

/** Several texts in both languages, for those of whose language nothing is known; once where they are the same. */
export function inBothLanguages(texts: LocalizedText[]): string {
  const en = texts.map(text => text.en).join(', ');
  return texts.every(text => text.en === text.zh)
    ? en
    : `${en} · ${texts.map(text => text.zh).join('、')}`;
}

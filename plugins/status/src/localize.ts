import { LocalizedText } from '@shopfloor/plugin-status-common';

/** The sentence in the language of the reader, English when it is another. */
export function localize(
  text: LocalizedText,
  language: string | undefined,
): string {
  return language?.startsWith('zh') ? text.zh : text.en;
}

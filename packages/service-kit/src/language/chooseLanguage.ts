/** A language that the shop speaks. */
type Language = 'en' | 'zh';

const SPOKEN: Record<string, Language | undefined> = {
  zh: 'zh',
  en: 'en',
  '*': 'en',
};

/**
 * Picks a language from an Accept-Language header by its weights (RFC 9110
 * section 12.5.4). English when nothing fits.
 */
export function chooseLanguage(header: string | undefined): Language {
  let best: { language: Language; weight: number } = {
    language: 'en',
    weight: 0,
  };
  for (const part of (header ?? '').slice(0, 500).split(',')) {
    const [range, ...parameters] = part.trim().toLowerCase().split(';');
    const primary = range.split('-', 1)[0];
    const language = SPOKEN[primary];
    const quality = parameters
      .map(parameter => /^\s*q=([01](?:\.\d{0,3})?)\s*$/.exec(parameter)?.[1])
      .find(value => value !== undefined);
    const weight = quality === undefined ? 1 : Number(quality);
    if (language && weight > best.weight) {
      best = { language, weight };
    }
  }
  return best.language;
}

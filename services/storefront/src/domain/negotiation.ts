/** Languages of the shop's texts. */
export type Language = 'en' | 'zh';

/** How a body is written for the wire. */
export type Encoding = 'br' | 'gzip' | 'identity';

interface Weighted {
  name: string;
  weight: number;
}

/** Splits a header of weighted names (RFC 9110 section 12.4.2). */
function parseWeighted(header: string): Weighted[] {
  return header
    .slice(0, 500)
    .toLowerCase()
    .split(',')
    .map(part => {
      const [name, ...parameters] = part.trim().split(';');
      const quality = parameters
        .map(parameter => /^\s*q=([01](?:\.\d{0,3})?)\s*$/.exec(parameter)?.[1])
        .find(value => value !== undefined);
      return {
        name: name.trim(),
        weight: quality === undefined ? 1 : Number(quality),
      };
    });
}

const SPOKEN: Record<string, Language | undefined> = {
  zh: 'zh',
  en: 'en',
  '*': 'en',
};

/** English or Chinese by Accept-Language, as products chooses; English when nothing fits. */
export function chooseLanguage(header: string | undefined): Language {
  let best: { language: Language; weight: number } = {
    language: 'en',
    weight: 0,
  };
  for (const { name, weight } of parseWeighted(header ?? '')) {
    const primary = name.split('-', 1)[0];
    const language = SPOKEN[primary];
    if (language && weight > best.weight) {
      best = { language, weight };
    }
  }
  return best.language;
}

/** The smallest encoding that Accept-Encoding allows. Without the header none is used. */
export function chooseEncoding(header: string | undefined): Encoding {
  const weights = new Map(
    parseWeighted(header ?? '').map(({ name, weight }) => [name, weight]),
  );
  const allows = (name: string) =>
    (weights.get(name) ?? weights.get('*') ?? 0) > 0;
  if (allows('br')) {
    return 'br';
  }
  return allows('gzip') ? 'gzip' : 'identity';
}

/**
 * Remembers a choice by its header. There are few different headers in the world, and
 * a cached read should not parse them again each time.
 */
export function remembered<T>(
  choose: (header: string | undefined) => T,
  max = 500,
): (header: string | undefined) => T {
  const choices = new Map<string | undefined, T>();
  return header => {
    let choice = choices.get(header);
    if (choice === undefined) {
      choice = choose(header);
      if (choices.size >= max) {
        choices.clear();
      }
      choices.set(header, choice);
    }
    return choice;
  };
}

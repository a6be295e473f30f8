/** More words than anyone types; what follows is passed over. */
const MAX_WORDS = 12;
const MAX_HAN_RUN = 24;

const HAN_RUN = /\p{Script=Han}+/gu;
const WORD = /[\p{L}\p{N}]+/gu;

/** A search text, taken apart by script. */
export interface AnalysedText {
  /** Lower case words without accents. */
  words: string[];
  /** Runs of Chinese characters. */
  runs: string[];
}

/** Lower case, one spelling of each character, without accents. */
export function normalise(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .normalize('NFKC')
    .toLowerCase();
}

/** Takes a text apart: Chinese has no spaces to find words by. */
export function analyse(text: string): AnalysedText {
  const plain = normalise(text);
  const runs = [...(plain.match(HAN_RUN) ?? [])].map(run =>
    [...run].slice(0, MAX_HAN_RUN).join(''),
  );
  const words = plain.replace(HAN_RUN, ' ').match(WORD) ?? [];
  return {
    words: [...new Set(words)].slice(0, MAX_WORDS),
    runs: [...new Set(runs)].slice(0, MAX_WORDS),
  };
}

/** Pairs of neighbours in a run: 橡木砧板 has 橡木, 木砧 and 砧板. A run of one has itself. */
export function bigrams(run: string): string[] {
  const characters = [...run];
  if (characters.length < 2) {
    return characters;
  }
  return characters.slice(1).map((next, index) => characters[index] + next);
}

/** What is indexed of the Chinese in a text: every character and every pair of neighbours. */
export function hanTerms(text: string): string[] {
  const runs = normalise(text).match(HAN_RUN) ?? [];
  const terms = new Set<string>();
  for (const run of runs) {
    for (const character of run) {
      terms.add(character);
    }
    bigrams(run).forEach(pair => terms.add(pair));
  }
  return [...terms];
}

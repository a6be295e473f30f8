import { bigrams } from '../analyse.ts';
import { nearestWords } from '../editDistance.ts';
import { quoteLexeme } from './documentRows.ts';

/** What the index knows of one word of a search text. */
export interface WordKnowledge {
  word: string;
  /** Stems of the word; none for a stop word such as "the". */
  lexemes: string[];
  /** Whether the index has the word or its stem. */
  known: boolean;
  /** Words of the index that look alike; only for one that is not known. */
  near: string[];
}

/** One part of a search text that a document should have, in the text form of `tsquery`. */
type Unit = string;

function unitOf(knowledge: WordKnowledge): Unit | undefined {
  const { word, lexemes, known, near } = knowledge;
  const alternatives = known
    ? [...new Set([...lexemes, word])]
    : nearestWords(lexemes[0] ?? word, near);
  return alternatives.length > 0
    ? `(${alternatives.map(quoteLexeme).join(' | ')})`
    : undefined;
}

/**
 * The units of the words. Stop words count only where there is nothing else, and
 * a word that nothing in the index is like is passed over beside others.
 */
export function wordUnits(words: readonly WordKnowledge[]): {
  units: Unit[];
  /** Nothing in the index is like any of the words. */
  hopeless: boolean;
} {
  const meant = words.filter(({ lexemes }) => lexemes.length > 0);
  const counted = meant.length > 0 ? meant : words;
  const units = counted
    .map(unitOf)
    .filter((unit): unit is Unit => unit !== undefined);
  return { units, hopeless: counted.length > 0 && units.length === 0 };
}

/** Every pair of neighbours of each run, all of which a document must have. */
export function strictRunUnits(runs: readonly string[]): Unit[] {
  return runs.flatMap(run => bigrams(run).map(quoteLexeme));
}

/** Every character: pairs would break in two places at one wrong character. */
export function relaxedRunUnits(runs: readonly string[]): Unit[] {
  return [...new Set(runs.flatMap(run => [...run]))].map(quoteLexeme);
}

/** All units must be there. Undefined: nothing is asked for. */
export function strictQuery(units: readonly Unit[]): string | undefined {
  return units.length > 0 ? units.join(' & ') : undefined;
}

/** All units but any one must be there. Undefined where that would ask for nothing. */
export function relaxedQuery(units: readonly Unit[]): string | undefined {
  if (units.length < 2) {
    return undefined;
  }
  return units
    .map(
      (_, left) =>
        `(${units.filter((_unit, index) => index !== left).join(' & ')})`,
    )
    .join(' | ');
}

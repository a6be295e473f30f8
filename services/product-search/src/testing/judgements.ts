/** What a person who searched the sample shop would call right. */
export interface Judgement {
  query: string;
  /** Names of products, in either language, that the person meant. */
  meant: RegExp;
  /** What the query tries. */
  why: string;
}

/**
 * The judged set. All of the first five results must be meant; where the shop has
 * fewer than five, all it has must come first.
 */
export const judgements: readonly Judgement[] = [
  { query: 'chopping board', meant: /Chopping Board/, why: 'plain words' },
  {
    query: 'oak chopping boards',
    meant: /Oak Chopping Board/,
    why: 'a plural, and every word counts',
  },
  { query: 'boards for chopping', meant: /Chopping Board/, why: 'word order' },
  { query: 'notebok', meant: /Notebook/, why: 'a letter too few' },
  { query: 'sauecpan', meant: /Saucepan/, why: 'two letters swapped' },
  {
    query: 'coper saucepan',
    meant: /Copper Saucepan/,
    why: 'one of two words',
  },
  { query: 'waterr botle', meant: /Water Bottle/, why: 'both words misspelt' },
  { query: 'lamp', meant: /Lamp/, why: 'the name before the category' },
  {
    query: 'mossgate lamp',
    meant: /Lamp/,
    why: 'a brand narrows',
  },
  {
    query: 'picnic blanket',
    meant: /Picnic Blanket/,
    why: 'a name of two words',
  },
  { query: 'the bath towel', meant: /Bath Towel/, why: 'a stop word' },
  { query: 'SCENTED CANDLES', meant: /Scented Candle/, why: 'capitals' },
  { query: '砧板', meant: /砧板/, why: 'part of a Chinese name' },
  { query: '橡木砧板', meant: /橡木砧板/, why: 'a Chinese name' },
  { query: '橡木占板', meant: /橡木砧板/, why: 'a wrong character' },
  { query: '台灯', meant: /台灯/, why: 'two characters' },
  { query: '香薰蜡烛', meant: /香薰蜡烛/, why: 'four characters' },
  { query: '铜制汤锅', meant: /铜制汤锅/, why: 'material and noun' },
];

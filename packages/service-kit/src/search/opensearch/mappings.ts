import type { SearchSchema, TextWeight } from '../types.ts';

/** Words that say nothing by themselves; both left out of the index and of queries. */
export const STOP_WORDS: readonly string[] =
  'a an and are as at be but by for if in into is it no not of on or such that the their then there these they this to was will with'.split(
    ' ',
  );

/** How much a match in a field counts. */
export const BOOSTS: Record<TextWeight, number> = { A: 8, B: 3, C: 1, D: 0.5 };

/** Field of a text. */
export const textField = (field: string): string => `t_${field}`;

/** Settings and mappings of an index. */
export function indexBody(schema: SearchSchema): Record<string, unknown> {
  const properties: Record<string, unknown> = {
    id: { type: 'keyword' },
    deleted: { type: 'boolean' },
    // Given back, never searched.
    source: { type: 'object', enabled: false },
    suggestions: { type: 'keyword', index: false, doc_values: false },
    starts: { type: 'text', analyzer: 'shop_starts' },
  };
  for (const [field, definition] of Object.entries(schema.fields)) {
    if (definition.kind === 'keyword') {
      properties[field] = { type: 'keyword' };
    } else if (definition.kind !== 'text') {
      properties[field] = { type: 'double' };
    } else if (definition.language === 'zh') {
      properties[textField(field)] = {
        type: 'text',
        analyzer: 'shop_zh',
        search_analyzer: 'shop_zh_search',
      };
    } else {
      properties[textField(field)] = {
        type: 'text',
        analyzer: definition.language === 'en' ? 'shop_en' : 'shop_words',
      };
    }
  }
  const words = ['lowercase', 'asciifolding'];
  return {
    settings: {
      number_of_shards: 1,
      auto_expand_replicas: '0-1',
      analysis: {
        filter: {
          shop_stop: { type: 'stop', stopwords: STOP_WORDS },
          shop_stem: { type: 'stemmer', language: 'english' },
          shop_pairs: { type: 'cjk_bigram', output_unigrams: true },
          shop_pairs_only: { type: 'cjk_bigram' },
        },
        analyzer: {
          shop_en: {
            tokenizer: 'standard',
            filter: [...words, 'shop_stop', 'shop_stem'],
          },
          shop_words: { tokenizer: 'standard', filter: words },
          shop_zh: {
            tokenizer: 'standard',
            filter: ['cjk_width', ...words, 'shop_pairs'],
          },
          shop_zh_search: {
            tokenizer: 'standard',
            filter: ['cjk_width', ...words, 'shop_pairs_only'],
          },
          shop_starts: {
            tokenizer: 'standard',
            filter: ['cjk_width', ...words, 'shop_pairs'],
          },
        },
      },
    },
    mappings: {
      dynamic: 'strict',
      _meta: { fields: JSON.stringify(schema.fields) },
      properties,
    },
  };
}

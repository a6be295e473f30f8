/** How important a text is among those of a document, from most to least. */
export type TextWeight = 'A' | 'B' | 'C' | 'D';

/** One field of the documents of an index. */
export type SearchField =
  | {
      kind: 'text';
      /** `en`: word forms and misspellings are forgiven. `zh`: any part is found, one wrong character is forgiven. `names`: words as they stand, misspellings are forgiven. */
      language: 'en' | 'zh' | 'names';
      weight: TextWeight;
      /** Whether whole values of this field are suggested. */
      suggest?: boolean;
    }
  | {
      /** One value or several that are only compared: filters and facets. */
      kind: 'keyword';
    }
  | {
      /** A number, or with `date` a time as RFC 3339: filters, facets by ranges, order. */
      kind: 'number' | 'date';
    };

/** What an index holds. */
export interface SearchSchema {
  /** Lower case letters, digits and `_`; begins with a letter; at most 30. */
  name: string;
  /** The same rule for the names of fields. */
  fields: Record<string, SearchField>;
}

/** A value of a field. */
export type SearchValue = string | number | readonly string[] | undefined;

/** A document as it is put into an index. */
export interface SearchDocument<Source> {
  id: string;
  /** Grows with each change: what is older than what the index has is passed over. */
  version: number;
  fields: Record<string, SearchValue>;
  /** JSON that a hit gives back; it is not searched. */
  source: Source;
}

/** A document that is to be found no more. */
export interface SearchRemoval {
  id: string;
  version: number;
}

/** Keeps the documents of which the condition holds. */
export type SearchFilter =
  | { field: string; anyOf: readonly string[] }
  /** Both bounds count as within. */
  | { field: string; min?: number; max?: number };

/** Counts documents by the values of a keyword, or by ranges of a number. */
export type FacetRequest =
  | { field: string; size: number }
  | {
      field: string;
      /** From `min` (within) to `max` (no longer within). */
      ranges: readonly { key: string; min?: number; max?: number }[];
    };

/** What is looked for. */
export interface SearchQuery {
  /** All of its words; where no document has all, those that lack one. */
  text?: string;
  filters?: readonly SearchFilter[];
  /** Each is counted under all filters but those on its own field. */
  facets?: readonly FacetRequest[];
  /** Order; default is by relevance with a text, by id without. Documents that lack the field are left out. */
  sort?: { field: string; direction: 'asc' | 'desc' };
  /** Most hits of the page. */
  limit: number;
  /** `nextCursor` of the page before, of the same query. */
  cursor?: string;
}

/** A document that was found. */
export interface SearchHit<Source> {
  id: string;
  version: number;
  source: Source;
}

/** How many documents have a value, or lie within a range. */
export interface FacetCount {
  key: string;
  count: number;
}

/** One page of what was found. */
export interface SearchPage<Source> {
  items: SearchHit<Source>[];
  total: number;
  /** Whether all matches were counted; else `total` and facets are lower bounds. */
  exact: boolean;
  /** Counts by field, in the order of size, then key; ranges as asked for. */
  facets: Record<string, FacetCount[]>;
  /** Whether no document has all words, so that those that lack one are shown. */
  relaxed: boolean;
  nextCursor?: string;
}

/** Where documents are written. */
export interface SearchWriter<Source> {
  upsert(documents: readonly SearchDocument<Source>[]): Promise<void>;
  /** Leaves a tombstone, so that an older version does not come back. */
  remove(removals: readonly SearchRemoval[]): Promise<void>;
}

/** The state of an index. */
export interface GenerationState {
  /** What queries see. */
  serving: number;
  /** What is being built beside it. */
  building?: number;
}

/**
 * An index of documents that comes in generations. Queries see the serving one;
 * another can be built beside it and put in its place without a gap.
 *
 * While one is built, `upsert` and `remove` write to both. Every write that was
 * begun before `beginGeneration` returned is done by then or goes to both: who
 * reads his source after it misses nothing.
 */
export interface SearchIndex<Source> extends SearchWriter<Source> {
  /** Makes the first generation when there is none. Several processes may do so at once. */
  prepare(): Promise<void>;
  query(query: SearchQuery): Promise<SearchPage<Source>>;
  /** Values of fields marked `suggest` in which a word begins as the text ends. */
  suggest(options: { text: string; limit: number }): Promise<string[]>;
  generations(): Promise<GenerationState>;
  /** Begins a generation, or goes on with the one being built. @returns its number */
  beginGeneration(): Promise<number>;
  /** Writes to one generation alone, to fill it. */
  inGeneration(generation: number): SearchWriter<Source>;
  /** Lets queries see a generation. Doing it again changes nothing. @throws ConflictError when it is neither being built nor serving */
  promote(generation: number): Promise<void>;
  /** Gives up what is being built. */
  discard(generation: number): Promise<void>;
  /** Documents of a generation, removed ones left out. */
  count(generation: number): Promise<number>;
  /** What was written is found from now on. */
  refresh(): Promise<void>;
  /** Resolves when the index answers. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

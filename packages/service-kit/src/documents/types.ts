/** A value that documents are found by. */
export type IndexValue = string | number | boolean;

/** How documents of a collection are kept and found. */
export interface DocumentSchema<T> {
  /** Name of the collection: lower case letters, digits and `_`; begins with a letter; at most 40. */
  name: string;
  /** What documents can be listed by, worked out when they are put. Names as for collections. */
  indexes?: Record<string, (value: T) => IndexValue | undefined>;
  /** How many versions of a document are kept, the newest included. Default 20. */
  keepVersions?: number;
}

/** A version of a document. */
export interface StoredDocument<T> {
  id: string;
  /** 1 for the first, one more with each change, deletion included. */
  version: number;
  value: T;
  /** By the clock of the store. */
  updatedAt: Date;
}

/** A version as the history has it. */
export interface DocumentVersion<T> {
  version: number;
  /** Absent where this version is the deletion. */
  value?: T;
  updatedAt: Date;
}

/** Under which condition a document is changed. */
export interface ChangeOptions {
  /** Only while it has this version; 0: only while there is none. */
  ifVersion?: number;
}

/** What is listed. */
export interface ListOptions {
  /** Values that all must fit, by name of the index. */
  where?: Record<string, IndexValue>;
  limit: number;
  /** `nextCursor` of the page before. */
  cursor?: string;
}

/** One page of documents, in the order of their ids. */
export interface DocumentPage<T> {
  items: StoredDocument<T>[];
  nextCursor?: string;
}

/** A collection of versioned JSON documents. */
export interface DocumentStore<T> {
  /** Makes what the collection needs. Several processes may do so at once. */
  prepare(): Promise<void>;
  get(id: string): Promise<StoredDocument<T> | undefined>;
  /** Makes or replaces a document. @throws VersionChangedError when the condition does not hold */
  put(
    id: string,
    value: T,
    options?: ChangeOptions,
  ): Promise<StoredDocument<T>>;
  /** @returns whether there was one. @throws VersionChangedError when the condition does not hold */
  delete(id: string, options?: ChangeOptions): Promise<boolean>;
  /** The versions that are kept, newest first. */
  history(id: string): Promise<DocumentVersion<T>[]>;
  list(options: ListOptions): Promise<DocumentPage<T>>;
  /** Resolves when the store answers. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

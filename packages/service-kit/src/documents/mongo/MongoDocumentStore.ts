import { type Collection, MongoClient, MongoServerError } from 'mongodb';
import { UnavailableError } from '../../problems/DomainError.ts';
import {
  checkDocumentSchema,
  decodeDocumentCursor,
  encodeDocumentCursor,
  indexKeys,
  listConditions,
  VersionChangedError,
  versionsKept,
} from '../documentRules.ts';
import type {
  ChangeOptions,
  DocumentPage,
  DocumentSchema,
  DocumentStore,
  DocumentVersion,
  IndexValue,
  ListOptions,
  StoredDocument,
} from '../types.ts';

/** Options of {@link MongoDocumentStore}. */
export interface MongoDocumentStoreOptions<T> {
  schema: DocumentSchema<T>;
  url: string;
  database: string;
  /** Longest wait for a server and for one command. */
  timeoutMs: number;
}

/** A document with the versions before it: one document of MongoDB changes as a whole, so no transaction is needed. */
interface Entry<T> {
  _id: string;
  version: number;
  deleted: boolean;
  value: T | null;
  keys: Record<string, IndexValue>;
  updatedAt: Date;
  before: { version: number; value: T | null; updatedAt: Date }[];
}

const DUPLICATE_KEY = 11000;
/** Writers that come between are many only where nobody gives a version; then somebody always gets through. */
const MAX_TRIES = 100;

/** Documents in MongoDB. Changes are compared and set by version. */
export class MongoDocumentStore<T> implements DocumentStore<T> {
  readonly #schema: DocumentSchema<T>;
  readonly #client: MongoClient;
  readonly #collection: Collection<Entry<T>>;

  /** Connects on first use. @throws Error for a schema that cannot be kept */
  static create<T>(
    options: MongoDocumentStoreOptions<T>,
  ): MongoDocumentStore<T> {
    checkDocumentSchema(options.schema);
    return new MongoDocumentStore(options);
  }

  private constructor(options: MongoDocumentStoreOptions<T>) {
    const { schema, url, database, timeoutMs } = options;
    this.#schema = schema;
    this.#client = new MongoClient(url, {
      serverSelectionTimeoutMS: timeoutMs,
      connectTimeoutMS: timeoutMs,
      socketTimeoutMS: timeoutMs + 500,
      // Acknowledged by most nodes: what was told to be written stays written.
      writeConcern: { w: 'majority' },
      ignoreUndefined: true,
    });
    this.#collection = this.#client.db(database).collection(schema.name);
  }

  async prepare(): Promise<void> {
    await this.#run(async () => {
      for (const index of Object.keys(this.#schema.indexes ?? {})) {
        await this.#collection.createIndex({ [`keys.${index}`]: 1, _id: 1 });
      }
    });
  }

  async get(id: string): Promise<StoredDocument<T> | undefined> {
    const entry = await this.#find(id);
    return entry && !entry.deleted ? toDocument(entry) : undefined;
  }

  async put(
    id: string,
    value: T,
    options: ChangeOptions = {},
  ): Promise<StoredDocument<T>> {
    const entry = await this.#change(id, options, {
      // As JSON, so that no adapter keeps what another would not.
      value: JSON.parse(JSON.stringify(value)) as T,
      deleted: false,
      keys: indexKeys(this.#schema, value),
    });
    return toDocument(entry!);
  }

  async delete(id: string, options: ChangeOptions = {}): Promise<boolean> {
    const entry = await this.#change(id, options, {
      value: null,
      deleted: true,
      keys: {},
    });
    return entry !== undefined;
  }

  async history(id: string): Promise<DocumentVersion<T>[]> {
    const entry = await this.#find(id);
    if (!entry) {
      return [];
    }
    return [...entry.before, entry]
      .map(({ version, value, updatedAt }) => ({
        version,
        value: value ?? undefined,
        updatedAt,
      }))
      .reverse();
  }

  async list(options: ListOptions): Promise<DocumentPage<T>> {
    const where = Object.entries(listConditions(this.#schema, options));
    const after =
      options.cursor === undefined
        ? undefined
        : decodeDocumentCursor(options.cursor);
    const filter = {
      ...Object.fromEntries(
        where.map(([name, value]) => [`keys.${name}`, value]),
      ),
      deleted: false,
      ...(after === undefined ? {} : { _id: { $gt: after } }),
    };
    const entries = await this.#run(() =>
      this.#collection
        .find(filter as never, { projection: { before: 0 } })
        .sort({ _id: 1 })
        .limit(options.limit + 1)
        .toArray(),
    );
    const items = entries
      .slice(0, options.limit)
      .map(entry => toDocument(entry as Entry<T>));
    return {
      items,
      nextCursor:
        entries.length > options.limit
          ? encodeDocumentCursor(items.at(-1)!.id)
          : undefined,
    };
  }

  async ping(): Promise<void> {
    await this.#run(() => this.#client.db('admin').command({ ping: 1 }));
  }

  async close(): Promise<void> {
    await this.#client.close();
  }

  async #find(id: string): Promise<Entry<T> | undefined> {
    const entry = await this.#run(() =>
      this.#collection.findOne({ _id: id } as never),
    );
    return (entry as Entry<T> | null) ?? undefined;
  }

  /** Reads, and sets while the version is still the one that was read; again when somebody came between. */
  async #change(
    id: string,
    options: ChangeOptions,
    next: Pick<Entry<T>, 'value' | 'deleted' | 'keys'>,
  ): Promise<Entry<T> | undefined> {
    const { ifVersion } = options;
    for (let attempt = 0; attempt < MAX_TRIES; attempt += 1) {
      const last = await this.#find(id);
      const version = last && !last.deleted ? last.version : 0;
      if (ifVersion !== undefined && ifVersion !== version) {
        throw new VersionChangedError({ id, ifVersion });
      }
      if (next.deleted && version === 0) {
        if (ifVersion !== undefined) {
          throw new VersionChangedError({ id, ifVersion });
        }
        return undefined;
      }
      const changed = await this.#compareAndSet(id, last, next);
      if (changed) {
        return changed;
      }
    }
    throw new UnavailableError({
      code: 'document-contended',
      message: `Document ${id} is changed by too many at once. Try again shortly.`,
    });
  }

  async #compareAndSet(
    id: string,
    last: Entry<T> | undefined,
    next: Pick<Entry<T>, 'value' | 'deleted' | 'keys'>,
  ): Promise<Entry<T> | undefined> {
    const before = [
      ...(last?.before ?? []),
      ...(last
        ? [
            {
              version: last.version,
              value: last.value,
              updatedAt: last.updatedAt,
            },
          ]
        : []),
    ];
    const kept = versionsKept(this.#schema) - 1;
    try {
      const entry = await this.#run(() =>
        this.#collection.findOneAndUpdate(
          // No document has version 0: it is made, or the key is there already.
          { _id: id, version: last?.version ?? 0 } as never,
          {
            $set: {
              ...next,
              version: (last?.version ?? 0) + 1,
              before: kept > 0 ? before.slice(-kept) : [],
            },
            $currentDate: { updatedAt: true },
          } as never,
          { upsert: last === undefined, returnDocument: 'after' },
        ),
      );
      return (entry as Entry<T> | null) ?? undefined;
    } catch (error) {
      const { cause } = error as Error;
      if (
        [error, cause].some(
          one => one instanceof MongoServerError && one.code === DUPLICATE_KEY,
        )
      ) {
        return undefined;
      }
      throw error;
    }
  }

  async #run<Answer>(command: () => Promise<Answer>): Promise<Answer> {
    try {
      return await command();
    } catch (error) {
      if (error instanceof MongoServerError) {
        throw new Error(`MongoDB refused a command on ${this.#schema.name}`, {
          cause: error,
        });
      }
      throw new UnavailableError({
        code: 'documents-unavailable',
        message: 'The document store does not answer. Try again shortly.',
        cause: error,
      });
    }
  }
}

function toDocument<T>(entry: Entry<T>): StoredDocument<T> {
  return {
    id: entry._id,
    version: entry.version,
    value: entry.value as T,
    updatedAt: entry.updatedAt,
  };
}

import type { Database } from '../../postgres/Database.ts';
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
  ListOptions,
  StoredDocument,
} from '../types.ts';
import * as statements from './documentStatements.ts';

interface Row<T> {
  id: string;
  /** bigint arrives as text. */
  version: string;
  value: T | null;
  updated_at: Date;
}

function toDocument<T>(row: Row<T>): StoredDocument<T> {
  return {
    id: row.id,
    version: Number(row.version),
    value: row.value as T,
    updatedAt: row.updated_at,
  };
}

/** Documents as JSONB in the service's own database; each change is one statement with its history. */
export class PostgresDocumentStore<T> implements DocumentStore<T> {
  readonly #schema: DocumentSchema<T>;
  readonly #database: Database;

  /** @throws Error for a schema that cannot be kept */
  static create<T>(options: {
    schema: DocumentSchema<T>;
    database: Database;
  }): PostgresDocumentStore<T> {
    checkDocumentSchema(options.schema);
    return new PostgresDocumentStore(options.schema, options.database);
  }

  private constructor(schema: DocumentSchema<T>, database: Database) {
    this.#schema = schema;
    this.#database = database;
  }

  /** The migration of the service has made the tables. */
  async prepare(): Promise<void> {}

  async get(id: string): Promise<StoredDocument<T> | undefined> {
    const [row] = await this.#database.query<Row<T>>(statements.getDocument, [
      this.#schema.name,
      id,
    ]);
    return row && toDocument(row);
  }

  async put(
    id: string,
    value: T,
    options: ChangeOptions = {},
  ): Promise<StoredDocument<T>> {
    const [row] = await this.#database.query<Row<T>>(statements.putDocument, [
      this.#schema.name,
      id,
      JSON.stringify(value),
      JSON.stringify(indexKeys(this.#schema, value)),
      options.ifVersion,
      versionsKept(this.#schema),
    ]);
    if (!row) {
      throw new VersionChangedError({ id, ifVersion: options.ifVersion! });
    }
    return toDocument(row);
  }

  async delete(id: string, options: ChangeOptions = {}): Promise<boolean> {
    const rows = await this.#database.query(statements.deleteDocument, [
      this.#schema.name,
      id,
      null,
      '{}',
      options.ifVersion,
      versionsKept(this.#schema),
    ]);
    if (rows.length === 0 && options.ifVersion !== undefined) {
      throw new VersionChangedError({ id, ifVersion: options.ifVersion });
    }
    return rows.length > 0;
  }

  async history(id: string): Promise<DocumentVersion<T>[]> {
    const rows = await this.#database.query<Row<T>>(
      statements.documentHistory,
      [this.#schema.name, id],
    );
    return rows.map(({ version, value, updated_at }) => ({
      version: Number(version),
      value: value ?? undefined,
      updatedAt: updated_at,
    }));
  }

  async list(options: ListOptions): Promise<DocumentPage<T>> {
    const rows = await this.#database.query<Row<T>>(statements.listDocuments, [
      this.#schema.name,
      JSON.stringify(listConditions(this.#schema, options)),
      options.cursor === undefined
        ? null
        : decodeDocumentCursor(options.cursor),
      options.limit + 1,
    ]);
    const items = rows.slice(0, options.limit).map(toDocument);
    return {
      items,
      nextCursor:
        rows.length > options.limit
          ? encodeDocumentCursor(items.at(-1)!.id)
          : undefined,
    };
  }

  async ping(): Promise<void> {
    await this.#database.ping();
  }

  /** The database belongs to the service, which closes it. */
  async close(): Promise<void> {}
}

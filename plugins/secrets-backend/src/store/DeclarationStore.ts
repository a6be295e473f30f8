import {
  DeclarationProblem,
  SecretDeclaration,
  ServiceSecrets,
} from '@shopfloor/plugin-secrets-common';
import { Knex } from 'knex';

/** What a service declares, as last read. */
export interface StoredDeclarations extends ServiceSecrets {
  title: string;
  /** Entity refs. */
  owners: string[];
  file: string;
  url?: string;
  problems: DeclarationProblem[];
}

/** What services declare. */
export class DeclarationStore {
  readonly #db: Knex;

  constructor(db: Knex) {
    this.#db = db;
  }

  /** Replaces what one service declares. */
  async save(declared: StoredDeclarations, now: Date): Promise<void> {
    await this.#db('secrets_declarations')
      .insert({
        entity_ref: declared.entityRef,
        service: declared.service,
        title: declared.title,
        owners: declared.owners,
        file: declared.file,
        url: declared.url ?? null,
        secrets: JSON.stringify(declared.secrets),
        problems: JSON.stringify(declared.problems),
        read_at: now,
      })
      .onConflict('entity_ref')
      .merge();
  }

  /** Forgets what services declared that declare nothing any more. */
  async retain(entityRefs: string[]): Promise<void> {
    await this.#db('secrets_declarations')
      .whereNotIn('entity_ref', entityRefs)
      .delete();
  }

  async get(entityRef: string): Promise<StoredDeclarations | undefined> {
    const row = await this.#db('secrets_declarations')
      .where({ entity_ref: entityRef })
      .first();
    return row && toDeclarations(row);
  }

  async all(): Promise<StoredDeclarations[]> {
    const rows = await this.#db('secrets_declarations').orderBy('entity_ref');
    return rows.map(toDeclarations);
  }

  /** Services that name a service as a reader. */
  async naming(service: string): Promise<StoredDeclarations[]> {
    const rows = await this.#db('secrets_declarations')
      .whereRaw('secrets @> ?::jsonb', [
        JSON.stringify([{ readers: [service] }]),
      ])
      .orderBy('entity_ref');
    return rows.map(toDeclarations);
  }
}

function toDeclarations(row: any): StoredDeclarations {
  return {
    entityRef: row.entity_ref,
    service: row.service,
    title: row.title,
    owners: row.owners,
    file: row.file,
    ...(row.url && { url: row.url }),
    secrets: row.secrets as SecretDeclaration[],
    problems: row.problems as DeclarationProblem[],
  };
}

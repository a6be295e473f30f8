import { Knex } from 'knex';

/** What is remembered of a system across restarts. */
export interface StoredSystem {
  state: 'ok' | 'failing';
  since: Date;
  version?: string;
}

/** Remembers since when systems are in their state. */
export interface SystemStore {
  /** Everything that is remembered, by the systems' names. */
  list(): Promise<Map<string, StoredSystem>>;
  put(name: string, system: StoredSystem): Promise<void>;
}

interface SystemRow {
  name: string;
  state: 'ok' | 'failing';
  since: Date;
  version: string | null;
}

/** Keeps them in the plugin's database. */
export class DatabaseSystemStore implements SystemStore {
  readonly #knex: Knex;

  constructor(knex: Knex) {
    this.#knex = knex;
  }

  async list(): Promise<Map<string, StoredSystem>> {
    const rows = await this.#knex<SystemRow>('systems').select();
    return new Map(
      rows.map(({ name, state, since, version }) => [
        name,
        { state, since, ...(version !== null && { version }) },
      ]),
    );
  }

  async put(name: string, system: StoredSystem): Promise<void> {
    await this.#knex<SystemRow>('systems')
      .insert({ name, ...system, version: system.version ?? null })
      .onConflict('name')
      .merge();
  }
}

import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Adapter, AdapterPayload } from 'oidc-provider';
import { writeFileAtomic } from '../config/files.ts';

interface Stored {
  model: string;
  id: string;
  payload: AdapterPayload;
  /** Milliseconds since the epoch; absent: never. */
  expiresAt?: number;
}

/** Keeps what the provider issued, one small file each, so that a restart signs nobody out. */
export class DiskStore {
  readonly #dir: string;
  readonly #now: () => number;
  readonly #entries = new Map<string, Stored>();

  constructor(options: { dir: string; now?: () => number }) {
    this.#dir = options.dir;
    this.#now = options.now ?? Date.now;
    mkdirSync(this.#dir, { recursive: true, mode: 0o700 });
    this.#load();
  }

  /** The adapter of one model, as the provider asks for it. */
  adapter(model: string): Adapter {
    return {
      upsert: async (id, payload, expiresInSeconds) =>
        this.#put({
          model,
          id,
          payload,
          expiresAt: expiresInSeconds
            ? this.#now() + expiresInSeconds * 1000
            : undefined,
        }),
      find: async id => this.#get(model, id)?.payload,
      findByUid: async uid =>
        this.#first(
          entry => entry.model === model && entry.payload.uid === uid,
        ),
      findByUserCode: async userCode =>
        this.#first(
          entry => entry.model === model && entry.payload.userCode === userCode,
        ),
      consume: async id => {
        const entry = this.#get(model, id);
        if (entry) {
          this.#put({
            ...entry,
            payload: {
              ...entry.payload,
              consumed: Math.floor(this.#now() / 1000),
            },
          });
        }
      },
      destroy: async id => this.#remove(model, id),
      revokeByGrantId: async grantId => {
        for (const entry of [...this.#entries.values()]) {
          if (entry.payload.grantId === grantId) {
            this.#remove(entry.model, entry.id);
          }
        }
      },
    };
  }

  /** Removes what has expired. */
  sweep(): void {
    for (const entry of [...this.#entries.values()]) {
      if (this.#expired(entry)) {
        this.#remove(entry.model, entry.id);
      }
    }
  }

  #first(accept: (entry: Stored) => boolean): AdapterPayload | undefined {
    for (const entry of this.#entries.values()) {
      if (!this.#expired(entry) && accept(entry)) {
        return entry.payload;
      }
    }
    return undefined;
  }

  #get(model: string, id: string): Stored | undefined {
    const entry = this.#entries.get(key(model, id));
    return entry && !this.#expired(entry) ? entry : undefined;
  }

  #put(entry: Stored): void {
    this.#entries.set(key(entry.model, entry.id), entry);
    writeFileAtomic({
      path: this.#path(entry.model, entry.id),
      content: JSON.stringify(entry),
      mode: 0o600,
    });
  }

  #remove(model: string, id: string): void {
    this.#entries.delete(key(model, id));
    rmSync(this.#path(model, id), { force: true });
  }

  #expired(entry: Stored): boolean {
    return entry.expiresAt !== undefined && entry.expiresAt <= this.#now();
  }

  #path(model: string, id: string): string {
    // Identifiers are bearer tokens: no file is named after one.
    const name = createHash('sha256').update(key(model, id)).digest('hex');
    return join(this.#dir, `${name.slice(0, 40)}.json`);
  }

  #load(): void {
    for (const name of existsSync(this.#dir) ? readdirSync(this.#dir) : []) {
      if (!name.endsWith('.json')) {
        continue;
      }
      const entry: Stored = JSON.parse(
        readFileSync(join(this.#dir, name), 'utf8'),
      );
      this.#entries.set(key(entry.model, entry.id), entry);
    }
    this.sweep();
  }
}

function key(model: string, id: string): string {
  return `${model}:${id}`;
}

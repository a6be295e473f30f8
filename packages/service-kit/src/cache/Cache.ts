/**
 * What a cache holds: JSON values, with Buffers allowed anywhere inside. Dates,
 * maps and instances of classes are refused, since they would not come back the
 * same from another process.
 */
export type CacheValue =
  | string
  | number
  | boolean
  | null
  | Buffer
  | readonly CacheValue[]
  | { readonly [name: string]: CacheValue | undefined };

/** Options of {@link Cache.getOrLoad}. */
export interface GetOrLoadOptions<T> {
  /** How long a value is fresh, in milliseconds. */
  ttlMs: number;
  /**
   * After it ceased to be fresh: how long the value is still given at once while
   * one load renews it behind the answer. Default 0. Few are renewed at a time, so
   * that values which age together do not keep the process from answering.
   */
  staleMs?: number;
  /**
   * After it ceased to be fresh: how long the value is given when the load
   * fails. Default: as long as `staleMs`.
   */
  staleIfErrorMs?: number;
  /**
   * Fetches the value. It runs once per key at a time, however many wait.
   *
   * @param last - the value that this one replaces, where it is at hand
   */
  load: (last?: T) => Promise<T>;
}

/**
 * A cache of what can be had again elsewhere. Nothing is ever only here: an entry
 * may vanish at any moment, and a cache that is down behaves as an empty one.
 *
 * Values that were handed out are shared and frozen; a Buffer must not be written to.
 */
export interface Cache {
  /** The value while it is fresh, else undefined. */
  get<T extends CacheValue>(key: string): Promise<T | undefined>;
  /** Keeps a value. @throws TypeError for what is not a {@link CacheValue} */
  set(
    key: string,
    value: CacheValue,
    options: { ttlMs: number },
  ): Promise<void>;
  /** Forgets a value. A load under way for the key does not bring an old one back. */
  delete(key: string): Promise<void>;
  /** The value, loaded when need be. Rejects only with what `load` rejects with. */
  getOrLoad<T extends CacheValue>(
    key: string,
    options: GetOrLoadOptions<T>,
  ): Promise<T>;
  /**
   * Loads the value, whatever is kept, and keeps what comes. `load` is given what was kept, however old, to compare with.
   * It shares no load that began before, and one that did replaces nothing any more. Rejects with what `load` rejects with.
   */
  renew<T extends CacheValue>(
    key: string,
    options: GetOrLoadOptions<T>,
  ): Promise<T>;
  /** Ends connections and timers. */
  close(): Promise<void>;
}
